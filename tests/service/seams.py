"""Checkers for the workers of tests: no spaCy, and a note can make them hang, die or raise."""

import os
import signal
import time

from chartgap.checker import Checker
from chartgap.errors import ChartgapError
from chartgap.model import Finding


class Extractor:
    def extract(self, text):
        if "HANG" in text:
            time.sleep(600)
        if "SLEEP" in text:
            time.sleep(0.3)
        if "DIE" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "RAISE" in text:
            raise ValueError(text)
        at = text.find("neck")
        return (
            ()
            if at < 0
            else (Finding(element="region", value="cervical", start=at, end=at + 4, text="neck", rule_id="t"),)
        )


def checker():
    return Checker(extractor=Extractor())


def dying():
    os._exit(3)


def broken():
    raise ChartgapError("no patterns here")
