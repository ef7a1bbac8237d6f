#!/usr/bin/env python3
"""Rebuilds listener/old.db of OX Connector 2.x (GDBM: DN to the path of its file in old/) from listener/old/*.json.

Usage: rebuild-old-db.py DATA
"""
import dbm.gnu
import json
import os
import sys


def main(data):
    listener = os.path.join(data, "listener")
    old = os.path.join(listener, "old")
    target = os.path.join(listener, "old.db")
    count = 0
    with dbm.gnu.open(target + ".new", "n", 0o600) as database:
        for name in sorted(os.listdir(old)):
            path = os.path.join(old, name)
            if not name.endswith(".json") or name.startswith("."):
                continue
            with open(path, encoding="utf-8") as file:
                database[json.load(file)["dn"].encode("utf-8")] = path.encode("utf-8")
            count += 1
    os.replace(target + ".new", target)
    print(f"{target}: {count} objects")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
