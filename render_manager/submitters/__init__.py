"""What is put into other programs so that they send their scenes here, and who puts it there.

`blender/`, `maya/` and `unreal/` run inside those programs, with `client.py` copied beside them;
nothing here imports them. `install.py` does the copying.
"""
