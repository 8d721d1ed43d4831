def render(records): return "<html></html>"
