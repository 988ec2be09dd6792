"""A CDS client, written from the specification of CDS Hooks 2.0.1 and from nothing of this project.

It has a few resources of its own in place of a FHIR server, fills prefetch templates from them, and holds what comes
back against the specification's tables.
"""

import re
import uuid

TOKEN = re.compile(r"\{\{context\.(\w+)\}\}")
INDICATORS = {"info", "warning", "critical"}
DISCOVERED = {"hook", "title", "description", "id", "prefetch", "usageRequirements"}
CARD = {
    "uuid", "summary", "detail", "indicator", "source", "suggestions", "selectionBehavior", "overrideReasons", "links",
}  # fmt: skip


class Client:
    def __init__(self, http, resources=()):
        self.http, self.resources = http, list(resources)

    def services(self):
        answer = self.http.get("/cds-services")
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == "application/json"
        (key,) = answer.json()
        assert key == "services"
        found = {}
        for service in answer.json()["services"]:
            assert {"hook", "description", "id"} <= service.keys() <= DISCOVERED
            assert all(isinstance(service[name], str) and service[name] for name in ("hook", "description", "id"))
            assert all(isinstance(template, str) for template in service.get("prefetch", {}).values())
            found[service["id"]] = service
        return found

    def prefetch(self, service, context):
        """What each template asks for; a key whose tokens the context lacks is left out, one without data is null."""
        found = {}
        for key, template in service.get("prefetch", {}).items():
            if all(isinstance(context.get(name), str) for name in TOKEN.findall(template)):
                found[key] = self.ask(TOKEN.sub(lambda token: context[token[1]], template))
        return found

    def ask(self, url):
        read = re.fullmatch(r"(\w+)/([\w-]+)", url)
        if read:
            return next((r for r in self.resources if (r["resourceType"], r.get("id")) == read.groups()), None)
        kind, parameter, value = re.fullmatch(r"(\w+)\?(\w+)=([\w-]+)", url).groups()
        hits = [r for r in self.resources if r["resourceType"] == kind and self.points_to(r, parameter, value)]
        return (
            {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": r} for r in hits]} if hits else None
        )

    def points_to(self, resource, parameter, value):
        inside = resource.get("context", {}).get(parameter, resource.get(parameter))
        references = inside if isinstance(inside, list) else [inside]
        return any(r and r.get("reference", "").endswith(f"/{value}") for r in references)

    def request(self, service, context):
        body = {"hook": service["hook"], "hookInstance": str(uuid.uuid4()), "context": context}
        return {**body, "prefetch": self.prefetch(service, context)}

    def call(self, id_, context, /, **more):
        service = self.services()[id_]
        return self.http.post(f"/cds-services/{id_}", json=self.request(service, context) | more)

    def cards(self, id_, context, **more):
        answer = self.call(id_, context, **more)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].split(";")[0] == "application/json"
        assert "cards" in answer.json()
        for card in answer.json()["cards"]:
            self.fits(card)
        return answer.json()["cards"]

    def fits(self, card):
        assert card.keys() <= CARD
        assert isinstance(card["summary"], str)
        assert 0 < len(card["summary"]) < 140
        assert card["indicator"] in INDICATORS
        assert isinstance(card["source"]["label"], str)
        assert card["source"].keys() <= {"label", "url", "icon", "topic"}
        uuid.UUID(card["uuid"])
        assert ("suggestions" in card) <= ("selectionBehavior" in card)
        for reason in card.get("overrideReasons", ()):
            assert {"code", "system", "display"} <= reason.keys()

    def feedback(self, id_, *entries):
        return self.http.post(f"/cds-services/{id_}/feedback", json={"feedback": list(entries)})
