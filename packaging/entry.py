"""Where the packaged program begins."""

from render_manager.__main__ import main

main()
