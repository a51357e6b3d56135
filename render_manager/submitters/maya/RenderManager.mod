+ RenderManager 0.1.0 ./RenderManager
