#!/usr/bin/env python3
"""A lexicon in which no word is as in the given one: same shapes, other letters.

Usage: strange_lexicon.py LEXICON.json > STRANGE.json
To measure a dictionary on texts that it was not trained on: vowels and some consonants are
rotated in every word outside {slots}.
"""
import json
import re
import sys

PLAIN, OTHER = "aiueoknmtrsldg", "iueoatkrnlmgsd"
TURN = str.maketrans(PLAIN + PLAIN.upper(), OTHER + OTHER.upper())


def strange(value):
    if isinstance(value, str):
        parts = re.split(r"(\{\w+\}|https?:\S+)", value)
        return "".join(p if i % 2 else p.translate(TURN) for i, p in enumerate(parts))
    if isinstance(value, list):
        return [strange(v) for v in value]
    if isinstance(value, dict):
        return {key: strange(v) for key, v in value.items()}
    return value


with open(sys.argv[1], encoding="utf-8") as file:
    json.dump(strange(json.load(file)), sys.stdout, ensure_ascii=False, indent=1)
