// orbit.pov: a small animated scene to try Render Manager with POV-Ray.
// POV-Ray scenes carry their settings in a comment like this one, and povray.toml reads them:
// +W640 +H360 +KFI1 +KFF48

#version 3.7;
global_settings { assumed_gamma 1.0 max_trace_level 8 }

#declare Turn = 360 * clock; // all that moves comes around once, so the film is a loop
#declare Planets = 9;

camera {
  location <0, 2.15, -8.4>
  look_at <0, 1.25, 0>
  right x * image_width / image_height
  angle 44
}

// a low warm sun, and the blue of the evening from the other side
light_source {
  <-7, 8, -6> rgb <1.0, 0.86, 0.68> * 1.25
  area_light x * 2.5, z * 2.5, 4, 4 adaptive 1 jitter circular orient
}
light_source { <9, 4, 2> rgb <0.30, 0.42, 0.75> * 0.7 shadowless }

sky_sphere {
  pigment {
    gradient y
    color_map {
      [0.00 srgb <0.92, 0.52, 0.34>]
      [0.10 srgb <0.55, 0.28, 0.42>]
      [0.35 srgb <0.16, 0.14, 0.33>]
      [1.00 srgb <0.03, 0.03, 0.10>]
    }
  }
}

// dark polished tiles that mirror what goes on above them and fade into the evening
plane {
  y, 0
  pigment { checker srgb <0.10, 0.10, 0.18>, srgb <0.27, 0.26, 0.36> scale 1.1 }
  finish { diffuse 0.7 specular 0.3 roughness 0.02 reflection { 0.10, 0.50 } }
}
fog { distance 60 srgb <0.70, 0.36, 0.28> fog_type 2 fog_offset 0.1 fog_alt 1.2 }

// the golden ball in the middle, in a ring that tumbles
sphere {
  <0, 1.45, 0>, 0.82
  pigment { srgb <1.0, 0.72, 0.22> }
  finish {
    ambient 0.08 diffuse 0.45 specular 0.9 roughness 0.005 metallic
    reflection { 0.55 metallic }
  }
}
torus {
  1.2, 0.035
  rotate x * 24
  rotate y * -Turn
  translate y * 1.45
  pigment { rgb <0.95, 0.95, 1.0> }
  finish { diffuse 0.3 specular 0.8 roughness 0.01 reflection 0.4 }
}

// planets on a wave, each in its own colour
#for (Planet, 0, Planets - 1)
  #local Hue = radians(360 * Planet / Planets);
  #local Angle = Turn + 360 * Planet / Planets;
  sphere {
    <2.7, 0, 0>, 0.22 + 0.08 * mod(Planet, 3)
    rotate y * Angle
    translate y * (1.0 + 0.42 * sin(radians(2 * Angle)))
    pigment {
      srgb <0.5 + 0.5 * cos(Hue), 0.5 + 0.5 * cos(Hue - 2.1), 0.5 + 0.5 * cos(Hue + 2.1)>
    }
    finish { ambient 0.03 diffuse 0.7 specular 0.7 roughness 0.012 reflection { 0.03, 0.35 } }
  }
#end
