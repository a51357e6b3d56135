"""Makes the demo scene of Render Manager: brass balls that hop down an endless stair.

A ring of plaster steps winds down around a drum; every ball takes the place of the one before it,
so the 24 frames (one second) play as a loop. Everything is made here: no files, no add-ons and no
random numbers, so every run makes the same scene. Only nodes and settings that mean the same in
Blender 3.4 and later are used, and no denoiser, because some builds come without one.

    blender -b --factory-startup -P make_demo_scene.py -- demo.blend
    python make_demo_scene.py demo.blend            (a Python that has the bpy module)

The file that ships was saved by Blender 3.4.1, so that later ones open it too; 4.5 and 5.0 were tried
and render the same picture.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import bpy  # comes first: it brings the other two with it

# isort: split
import bmesh
from mathutils import Vector

FRAMES = 24
STEPS = 12
STEP_DROP = 0.155
STEP_BASE = 0.16
DRUM_RADIUS = 1.05
STAIR_RADIUS = 2.15
PATH_RADIUS = (DRUM_RADIUS + STAIR_RADIUS) / 2
BACK = math.radians(90)  # the path begins and ends here, where the drum hides it from the camera
KEY_WATTS = (
    1178.0  # before 4.0, area lights took 4/pi as many (its versioning_400.cc corrects files)
)
STAGE = (0.0, 0.0, 1.0)  # what the lights look at
BALLS = 9
HOPS_PER_LOOP = STEPS / BALLS  # 4/3: neighbouring balls are a third of a hop apart
BALL_RADIUS = 0.185
HOP_RISE = 0.34
DRUM_HEIGHT = STEP_BASE + STEP_DROP * (STEPS - 1) + 2 * BALL_RADIUS + 0.14  # hides a ball

RGB = tuple[float, float, float]
Point = tuple[float, float, float]

CLAY = (0.46, 0.085, 0.035)
CORAL = (0.66, 0.22, 0.115)
BLUSH = (0.76, 0.44, 0.31)
SAND = (0.74, 0.62, 0.48)
SAGE = (0.26, 0.38, 0.36)
PETROL = (0.035, 0.13, 0.17)
STAIR_TONES = (CLAY, CORAL, BLUSH, SAND, SAGE, PETROL)
CANVAS_LIT = (0.27, 0.30, 0.32)
CANVAS_DARK = (0.065, 0.085, 0.105)
PLASTER = (0.82, 0.76, 0.68)
PORCELAIN = (0.84, 0.80, 0.74)
INK = (0.022, 0.045, 0.075)
OCHRE = (0.64, 0.27, 0.085)
BRASS = (0.93, 0.61, 0.27)
EMBERS = (0.50, 0.28, 0.17)
DUSK = (0.19, 0.22, 0.28)
WINDOW = (0.58, 0.84, 1.24)


# ---------------------------------------------------------------- materials


def node(tree: bpy.types.NodeTree, kind: str, **inputs: object) -> bpy.types.Node:
    """A new shader node; `From_Min=-1.0` sets its input “From Min”."""
    made = tree.nodes.new(f"ShaderNode{kind}")
    for name, value in inputs.items():
        made.inputs[name.replace("_", " ")].default_value = value
    return made


def opaque(colour: RGB) -> tuple[float, float, float, float]:
    """The colour as sockets want it."""
    return (*colour, 1.0)


def empty_material(
    name: str,
) -> tuple[bpy.types.Material, bpy.types.NodeTree, bpy.types.NodeSocket]:
    """A material without a shader, its tree, and the socket that waits for one."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    material.node_tree.nodes.clear()
    output = node(material.node_tree, "OutputMaterial")
    return material, material.node_tree, output.inputs["Surface"]


def matte(name: str, colour: RGB) -> bpy.types.Material:
    """Plaster: no highlight at all."""
    material, tree, surface = empty_material(name)
    plaster = node(tree, "BsdfDiffuse", Color=opaque(colour))
    tree.links.new(plaster.outputs["BSDF"], surface)
    return material


def glossy(tree: bpy.types.NodeTree, colour: RGB, roughness: float) -> bpy.types.Node:
    """A reflecting shader, the same in every version: 4.0 made another distribution the default."""
    shine = node(tree, "BsdfGlossy", Color=opaque(colour), Roughness=roughness)
    shine.distribution = "GGX"
    return shine


def metal(name: str, colour: RGB) -> bpy.types.Material:
    """Metal with a satin polish."""
    material, tree, surface = empty_material(name)
    polish = glossy(tree, colour, 0.16)
    tree.links.new(polish.outputs["BSDF"], surface)
    return material


def glazed(name: str, colour: RGB) -> bpy.types.Material:
    """Porcelain: a matte body under a glaze, which is sharp because a blurred one would sparkle.

    Made of plain shaders: the Principled one was given other inputs and another energy in 4.0.
    """
    material, tree, surface = empty_material(name)
    body = node(tree, "BsdfDiffuse", Color=opaque(colour))
    glaze = glossy(tree, (1.0, 1.0, 1.0), 0.12)
    mix = node(tree, "MixShader")
    tree.links.new(node(tree, "Fresnel", IOR=1.45).outputs["Fac"], mix.inputs[0])
    tree.links.new(body.outputs["BSDF"], mix.inputs[1])
    tree.links.new(glaze.outputs["BSDF"], mix.inputs[2])
    tree.links.new(mix.outputs["Shader"], surface)
    return material


def colour_ramp(tree: bpy.types.NodeTree, colours: Sequence[RGB]) -> bpy.types.Node:
    """A node that turns 0 to 1 into evenly spaced colours."""
    ramp = node(tree, "ValToRGB")
    stops = ramp.color_ramp.elements
    while len(stops) < len(colours):
        stops.new(0.5)
    for index, colour in enumerate(colours):
        stops[index].position = index / (len(colours) - 1)
        stops[index].color = opaque(colour)
    return ramp


def painted_canvas(name: str, middle: Point, reach: float) -> bpy.types.Material:
    """A backdrop painted lighter around `middle`, as photographers do, darker `reach` away."""
    material, tree, surface = empty_material(name)
    away = node(tree, "VectorMath")
    away.operation = "DISTANCE"
    away.inputs[1].default_value = middle
    fade = node(tree, "MapRange", From_Max=reach)
    fade.interpolation_type = "SMOOTHSTEP"
    ramp = colour_ramp(tree, (CANVAS_LIT, CANVAS_DARK))
    paint = node(tree, "BsdfDiffuse")
    tree.links.new(node(tree, "TexCoord").outputs["Object"], away.inputs[0])
    tree.links.new(away.outputs["Value"], fade.inputs["Value"])
    tree.links.new(fade.outputs["Result"], ramp.inputs["Fac"])
    tree.links.new(ramp.outputs["Color"], paint.inputs["Color"])
    tree.links.new(paint.outputs["BSDF"], surface)
    return material


def blend(tones: Sequence[RGB], position: float) -> RGB:
    """The colour at `position` (0 to 1) along evenly spaced tones."""
    place = position * (len(tones) - 1)
    index = min(int(place), len(tones) - 2)
    share = place - index
    low, high = tones[index], tones[index + 1]
    red, green, blue = (a + (b - a) * share for a, b in zip(low, high, strict=True))
    return red, green, blue


# ---------------------------------------------------------------- shapes


def add(
    name: str, data: bpy.types.ID | None, material: bpy.types.Material | None = None
) -> bpy.types.Object:
    """Puts an object on the stage."""
    thing = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(thing)
    if material is not None:
        thing.data.materials.clear()
        thing.data.materials.append(material)
    return thing


def mesh_of(
    name: str, build: Callable[[bmesh.types.BMesh], object], smooth: bool
) -> bpy.types.Mesh:
    """A mesh from what `build` puts into an empty one, normals pointing out."""
    shape = bmesh.new()
    build(shape)
    bmesh.ops.recalc_face_normals(shape, faces=shape.faces)
    for face in shape.faces:
        face.smooth = smooth
    mesh = bpy.data.meshes.new(name)
    shape.to_mesh(mesh)
    shape.free()
    return mesh


def soften(thing: bpy.types.Object, width: float) -> None:
    """Rounds the edges, for nothing real has sharp ones and the light wants something to catch."""
    bevel = thing.modifiers.new("Soft edges", "BEVEL")
    bevel.width = width
    bevel.segments = 3
    bevel.angle_limit = math.radians(50)


def ball_mesh(name: str, radius: float) -> bpy.types.Mesh:
    """A smooth sphere around the origin."""
    return mesh_of(
        name,
        lambda b: bmesh.ops.create_uvsphere(b, u_segments=64, v_segments=32, radius=radius),
        smooth=True,
    )


def prism_mesh(name: str, outline: Sequence[tuple[float, float]], height: float) -> bpy.types.Mesh:
    """A flat outline (x, y) raised from the floor to `height`."""

    def build(shape: bmesh.types.BMesh) -> None:
        base = shape.faces.new([shape.verts.new((x, y, 0.0)) for x, y in outline])
        raised = bmesh.ops.extrude_face_region(shape, geom=[base])["geom"]
        corners = [part for part in raised if isinstance(part, bmesh.types.BMVert)]
        bmesh.ops.translate(shape, vec=(0.0, 0.0, height), verts=corners)

    return mesh_of(name, build, smooth=False)


def arc(radius: float, start: float, end: float, points: int) -> list[tuple[float, float]]:
    """Points of a circle around the origin, both ends included; angles in radians."""
    angles = [start + (end - start) * i / (points - 1) for i in range(points)]
    return [(radius * math.cos(a), radius * math.sin(a)) for a in angles]


def draped_mesh(name: str, rows: Sequence[Sequence[Point]]) -> bpy.types.Mesh:
    """A smooth skin over rows of points; where it meets itself, it is closed."""

    def build(shape: bmesh.types.BMesh) -> None:
        grid = [[shape.verts.new(point) for point in row] for row in rows]
        for row, following in pairwise(grid):
            for (a, b), (d, c) in zip(pairwise(row), pairwise(following), strict=True):
                shape.faces.new((a, b, c, d))
        bmesh.ops.remove_doubles(shape, verts=shape.verts, dist=1e-5)

    return mesh_of(name, build, smooth=True)


def ring_mesh(name: str, radius: float, thickness: float) -> bpy.types.Mesh:
    """A torus around the z axis."""
    section = [(radius + x, z) for x, z in arc(thickness, 0.0, math.tau, 17)]
    turns = arc(1.0, 0.0, math.tau, 97)
    return draped_mesh(name, [[(c * x, s * x, z) for x, z in section] for c, s in turns])


# ---------------------------------------------------------------- the set


def make_backdrop() -> None:
    """Floor and wall in one sweep, so that no horizon shows."""
    bend, wall, top, half = 4.0, 9.0, 14.0, 22.0
    curve = arc(bend, math.radians(-90), 0.0, 33)
    profile = [(-14.0, 0.0), *((wall - bend + y, bend + z) for y, z in curve), (wall, top)]
    cloth = draped_mesh("Backdrop", [[(x, y, z) for y, z in profile] for x in (-half, half)])
    add("Backdrop", cloth, painted_canvas("Canvas", (-1.0, 5.0, 2.0), 13.0))


def step_top(step: int) -> float:
    """Height of a tread; step 0 is the highest."""
    return STEP_BASE + STEP_DROP * (STEPS - 1 - step)


def make_stair() -> None:
    """Twelve wedges once around the drum, from clay at the top to petrol at the floor."""
    width = math.tau / STEPS
    for step in range(STEPS):
        start = BACK + width * step
        outline = arc(STAIR_RADIUS, start, start + width, 49)
        outline += arc(DRUM_RADIUS - 0.05, start + width, start, 25)
        name = f"Step {step + 1:02}"
        colour = blend(
            STAIR_TONES, min(max((step - 1.5) / 7.5, 0.0), 1.0)
        )  # the drum hides the rest
        wedge = add(name, prism_mesh(name, outline, step_top(step)), matte(name, colour))
        soften(wedge, 0.022)


def make_drum() -> None:
    """The column that hides where the path begins and ends."""
    outline = arc(DRUM_RADIUS, 0.0, math.tau, 385)[:-1]
    drum = add("Drum", prism_mesh("Drum", outline, DRUM_HEIGHT), matte("Plaster", PLASTER))
    soften(drum, 0.03)


def path_point(place: float) -> Vector:
    """Centre of a ball `place` hops down the path: parabolas from tread to tread."""
    hop = math.floor(place)
    moment = place - hop
    speed = 2 * HOP_RISE + 2 * math.sqrt(HOP_RISE * (HOP_RISE + STEP_DROP))
    gravity = 2 * (speed + STEP_DROP)
    angle = BACK + math.tau / STEPS * (place + 0.5)
    height = step_top(hop) + BALL_RADIUS + speed * moment - gravity * moment**2 / 2
    return Vector((PATH_RADIUS * math.cos(angle), PATH_RADIUS * math.sin(angle), height))


def make_balls() -> None:
    """Balls one after the other; at the end of the loop each is where the next one began."""
    mesh = ball_mesh("Ball", BALL_RADIUS)
    brass = metal("Brass", BRASS)
    for index in range(BALLS):
        ball = add(f"Ball {index + 1}", mesh, brass)
        for frame in range(FRAMES + 1):
            ball.location = path_point(HOPS_PER_LOOP * (index + frame / FRAMES))
            ball.keyframe_insert("location", frame=frame + 1)


def make_globe(cage: bpy.types.Object, reach: float) -> None:
    """Porcelain on an axle, both at rest in the cage."""
    globe = add("Globe", ball_mesh("Globe", 0.36), glazed("Porcelain", PORCELAIN))
    rod = prism_mesh("Axle", arc(0.022, 0.0, math.tau, 25)[:-1], 2 * reach)
    axle = add("Axle", rod, bpy.data.materials["Brass"])
    axle.location = (0.0, 0.0, -reach)
    globe.parent = axle.parent = cage


def make_meridians(cage: bpy.types.Object, ring: bpy.types.Mesh) -> None:
    """Three rings through the poles, turning by the sixth that maps them onto themselves."""
    spin = add("Spin", None)
    spin.parent = cage
    for index in range(3):
        meridian = add(f"Meridian {index + 1}", ring, bpy.data.materials["Brass"])
        meridian.rotation_euler = (math.radians(90), 0.0, math.radians(60 * index))
        meridian.parent = spin
    for frame, turn in ((1, 0.0), (FRAMES + 1, math.radians(60))):
        spin.rotation_euler = (0.0, 0.0, turn)
        spin.keyframe_insert("rotation_euler", frame=frame)


def make_finial() -> None:
    """A caged globe that rests in a ring on top of the drum."""
    reach, wire, seat, rim = 0.62, 0.034, 0.24, 0.045
    rest = add("Seat", ring_mesh("Seat", seat, rim), bpy.data.materials["Brass"])
    rest.location = (0.0, 0.0, DRUM_HEIGHT + rim)
    cage = add("Cage", None)
    cage.location = (0.0, 0.0, DRUM_HEIGHT + rim + math.sqrt((reach + wire) ** 2 - seat**2))
    cage.rotation_euler = (math.radians(8), math.radians(20), 0.0)
    make_globe(cage, reach)
    make_meridians(cage, ring_mesh("Meridian", reach, wire))


def make_bystanders() -> None:
    """Quiet shapes that give the stair its scale."""
    moon = add("Moon", ball_mesh("Moon", 0.62), glazed("Ink", INK))
    moon.location = (3.45, -0.7, 0.62)
    pearl = add("Pearl", ball_mesh("Pearl", 0.27), bpy.data.materials["Porcelain"])
    pearl.location = (2.75, -2.0, 0.27)
    hoop = add("Hoop", ring_mesh("Hoop", 1.25, 0.06), bpy.data.materials["Brass"])
    hoop.location = (-2.75, 1.6, 1.31)
    hoop.rotation_euler = (math.radians(90), 0.0, math.radians(20))
    disc = prism_mesh("Sun", arc(1.62, 0.0, math.tau, 257)[:-1], 0.16)
    sun = add("Sun", disc, matte("Ochre", OCHRE))
    sun.location = (2.75, 2.6, 1.62)
    sun.rotation_euler = (math.radians(90), 0.0, math.radians(-8))
    soften(sun, 0.025)


# ---------------------------------------------------------------- light and camera


def aim(thing: bpy.types.Object, target: Point) -> None:
    """Turns a lamp or a camera towards a point."""
    thing.rotation_euler = (Vector(target) - thing.location).to_track_quat("-Z", "Y").to_euler()


def make_key() -> None:
    """The one lamp, large and warm. The fill is the world: choosing between lamps makes noise."""
    lamp = bpy.data.lights.new("Key", "AREA")
    lamp.size = 2.5
    lamp.energy = KEY_WATTS if bpy.app.version >= (4, 0, 0) else KEY_WATTS * 4 / math.pi
    lamp.color = (1.0, 0.84, 0.66)
    key = add("Key", lamp)
    key.location = (-4.0, -6.6, 7.0)
    aim(key, STAGE)


def make_card() -> None:
    """A bright card only reflections see: it gives the brass its edge and lights nothing."""
    material, tree, surface = empty_material("Card")
    glow = node(tree, "Emission", Color=opaque((1.0, 0.93, 0.85)), Strength=2.5)
    tree.links.new(glow.outputs["Emission"], surface)
    if hasattr(material.cycles, "emission_sampling"):  # since 3.5
        material.cycles.emission_sampling = "NONE"
    else:
        material.cycles.sample_as_light = False
    outline = [(-0.6, -3.0), (0.6, -3.0), (0.6, 3.0), (-0.6, 3.0)]
    card = add("Card", prism_mesh("Card", outline, 0.02), material)
    card.location = (6.0, -5.0, 4.5)
    aim(card, STAGE)
    card.visible_camera = card.visible_diffuse = card.visible_shadow = False


def room_light(tree: bpy.types.NodeTree) -> bpy.types.NodeSocket:
    """A gradient of directions: embers on the side of the key, a cool window on the other."""
    facing = node(tree, "VectorMath")
    facing.operation = "DOT_PRODUCT"
    facing.inputs[1].default_value = Vector((0.80, -0.25, 0.55)).normalized()
    spread = node(tree, "MapRange", From_Min=-1.0)
    ramp = colour_ramp(tree, (EMBERS, DUSK, WINDOW))
    tree.links.new(node(tree, "TexCoord").outputs["Generated"], facing.inputs[0])
    tree.links.new(facing.outputs["Value"], spread.inputs["Value"])
    tree.links.new(spread.outputs["Result"], ramp.inputs["Fac"])
    return ramp.outputs["Color"]


def make_world() -> None:
    """The room around the set, which fills the shadows."""
    world = bpy.data.worlds.new("Room")
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    background.inputs["Strength"].default_value = 0.45
    world.node_tree.links.new(room_light(world.node_tree), background.inputs["Color"])
    world.light_settings.distance = 3.0
    world.cycles.sampling_method = "NONE"  # a soft gradient is found by the bounces anyway
    bpy.context.scene.world = world


def add_camera(
    name: str, place: Point, target: Point, lens: float, f_stop: float
) -> bpy.types.Object:
    """A camera that looks at `target` and is sharp at the front of the stair."""
    data = bpy.data.cameras.new(name)
    data.lens = lens
    camera = add(name, data)
    camera.location = place
    aim(camera, target)
    data.dof.use_dof = True
    data.dof.aperture_fstop = f_stop
    data.dof.focus_distance = (Vector((0.0, -STAIR_RADIUS, 1.2)) - camera.location).length
    return camera


def make_cameras() -> None:
    """The whole stage, and a closer look at the hopping balls."""
    wide = add_camera("Camera", (0.6, -14.0, 4.9), (0.15, 0.0, 1.55), 56.0, 0.5)
    add_camera("Close-up", (3.4, -7.0, 2.9), (0.0, -0.9, 1.35), 70.0, 0.35)
    bpy.context.scene.camera = wide


# ---------------------------------------------------------------- settings


def set_sampling(cycles: bpy.types.PropertyGroup) -> None:
    """More samples where it is noisy, and a soft filter, since there is no denoiser to count on."""
    cycles.samples = 80
    cycles.use_adaptive_sampling = True
    cycles.adaptive_min_samples = 16
    cycles.adaptive_threshold = 0.022
    cycles.scrambling_distance = 0.15
    cycles.pixel_filter_type = "GAUSSIAN"
    cycles.filter_width = 1.8
    cycles.use_denoising = False
    cycles.seed = 24


def set_light_paths(cycles: bpy.types.PropertyGroup) -> None:
    """Short paths: after the first bounce the room itself stands in for the light in it."""
    cycles.max_bounces = 3
    cycles.diffuse_bounces = 2
    cycles.glossy_bounces = 3
    cycles.caustics_reflective = False
    cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 2.0
    cycles.use_fast_gi = True
    cycles.fast_gi_method = "REPLACE"
    cycles.ao_bounces = 1
    cycles.ao_bounces_render = 1


def set_picture(scene: bpy.types.Scene) -> None:
    """The picture and its colours, named outright because each version has other defaults."""
    scene.render.resolution_x = 480
    scene.render.resolution_y = 270
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGB"
    scene.render.image_settings.color_depth = "8"
    scene.render.dither_intensity = 1.0  # the backdrop is one long gradient: no bands
    scene.display_settings.display_device = "sRGB"
    scene.view_settings.view_transform = "Filmic"
    scene.view_settings.look = "High Contrast"
    scene.view_settings.exposure = 0.25
    scene.view_settings.gamma = 1.0


def set_scene() -> None:
    """One scene, one view layer, one second."""
    scene = bpy.context.scene
    scene.name = "Endless Stair"
    scene.view_layers[0].name = "Beauty"
    scene.render.fps = 24
    scene.frame_start = 1
    scene.frame_end = FRAMES
    scene.render.filepath = "//render/stair_####"
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    set_sampling(scene.cycles)
    set_light_paths(scene.cycles)
    set_picture(scene)


def target_of(arguments: Sequence[str]) -> Path:
    """The one argument of ours: all of them for Python, those after `--` for Blender."""
    own = arguments[arguments.index("--") + 1 :] if "--" in arguments else arguments[1:]
    if len(own) != 1 or not own[0].endswith(".blend"):
        sys.exit("Say where to save the scene: make_demo_scene.py demo.blend")
    return Path(own[0]).resolve()


def main(target: Path) -> None:
    """Makes the scene and saves it, compressed."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.preferences.edit.keyframe_new_interpolation_type = "LINEAR"
    bpy.context.preferences.filepaths.save_version = 0
    bpy.context.preferences.filepaths.file_preview_type = "NONE"  # it would show the default cube
    set_scene()
    make_backdrop()
    make_drum()
    make_stair()
    make_balls()
    make_finial()
    make_bystanders()
    make_key()
    make_card()
    make_world()
    make_cameras()
    bpy.context.scene.frame_set(1)
    bpy.ops.wm.save_as_mainfile(filepath=str(target), compress=True)


if __name__ == "__main__":
    main(target_of(sys.argv))
