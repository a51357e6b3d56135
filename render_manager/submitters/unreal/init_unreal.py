"""Part of Render Manager. The editor runs a file of this name in each folder of its Python path.

Unproven: that the editor does so is documented, and nobody has run it in the editor yet.
"""

import render_manager_unreal

render_manager_unreal.add_to_menu()
