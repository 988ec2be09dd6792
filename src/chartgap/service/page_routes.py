"""The page at /: its files, and a check whose answer is the section that the HTML report has."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response

from chartgap.render.as_html import PAGE
from chartgap.service.office import Office
from chartgap.service.openapi import respond

_HERE = Path(__file__).resolve().parent / "page"
_ASSETS: Mapping[str, tuple[Path, str]] = {
    "page.css": (PAGE / "page.css", "text/css"),
    "page.js": (PAGE / "page.js", "text/javascript"),
    "app.css": (_HERE / "app.css", "text/css"),
    "app.js": (_HERE / "app.js", "text/javascript"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


def add_page(app: FastAPI, office: Office) -> None:
    """The page and what it asks for."""
    files = {name: (path.read_bytes(), media) for name, (path, media) in _ASSETS.items()}
    index = (_HERE / "index.html").read_bytes()

    @app.get("/", include_in_schema=False)
    async def page() -> Response:
        return Response(index, media_type="text/html", headers={"Content-Security-Policy": _POLICY})

    def serve(name: str) -> None:
        content, media = files[name]

        @app.get(f"/assets/{name}", include_in_schema=False)
        async def asset() -> Response:
            return Response(content, media_type=media)

    for name in files:
        serve(name)

    @app.post("/page/check", include_in_schema=False)
    async def check(request: Request) -> Response:
        return respond(await office.ask("page", await request.body()))
