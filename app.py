"""Opens the door: the Dash app with its shell, cache, map files, delivery and page registry."""

from __future__ import annotations

from dash import Dash
from flask import Flask

import api
from briefing import check_code, picture
from components import briefing_files, catalogue_xlsx, shell, table_export, table_grid
from components.answers import Door
from components.delivery import deliver
from components.map_areas import serve
from components.shared_cache import Near, shared_cache
from data.settings import settings
from queries.runner import fit_cache

# early.js stands in the head: theme and edition are known before the first thing is drawn
INDEX = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" href="/assets/mark.svg">
{%css%}
<script src="EARLY"></script>
</head>
<body>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def create_app() -> Dash:
    """The app, ready to serve; it asks nothing of the store before the first request."""
    app = Dash(
        "cockpit",
        server=api.server(lambda: is_cache_up() if is_cache_up else None),  # type: ignore[arg-type]  # Dash takes a Flask; its types only know a factory
        assets_folder=str(shell.ASSETS),
        assets_ignore=r"early\.js",  # it stands in the head, see INDEX
        pages_folder=str(shell.PAGES),
        use_pages=True,
        suppress_callback_exceptions=True,  # else every page's layout would stand in everyone's HTML
        title=f"{settings().city_name}城市运行一网统管",
        update_title="",
        on_error=shell.explain,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.index_string = INDEX.replace("EARLY", app.get_asset_url("early.js"))
    app.layout = shell.frame
    shell.wire(app)
    serve(app.server)
    catalogue_xlsx.serve(app.server)
    picture.serve(app.server)
    briefing_files.serve(app.server)
    check_code.serve(app.server)
    table_grid.serve(app.server)
    table_grid.wire(app)
    table_export.serve(app.server)
    cache, is_cache_up = shared_cache(app.server)
    fit_cache(Near(cache))
    deliver(app)
    app.server.wsgi_app = Door(app.server.wsgi_app, cache)
    return app


server: Flask = create_app().server
