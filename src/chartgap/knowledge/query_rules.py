"""What a program can check of a query's text: patterns/query_rules.yaml, validated. Numbers are those of the rules."""

from pathlib import Path

from chartgap.errors import PatternProblem
from chartgap.knowledge.loading import PatternModel, read_yaml, validate

RULES_FILE = "query_rules.yaml"


class QueryRules(PatternModel):
    """The whole file."""

    version: str


NO_RULES = QueryRules(version="")


def load_query_rules(root: Path, problems: list[PatternProblem]) -> QueryRules:
    """Read root/query_rules.yaml; without it, or when it is not valid, nothing is checked."""
    path = root / RULES_FILE
    data = read_yaml(path, problems, root=root) if path.exists() else None
    rules = validate(QueryRules, data, problems, file=RULES_FILE) if data is not None else None
    return rules or NO_RULES
