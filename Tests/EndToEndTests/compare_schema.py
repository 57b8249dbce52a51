"""Compares what a JSON Schema says of specs with what Herdbook says of them.

usage: compare_schema.py compare SCHEMA PROBLEMS SPEC...
       compare_schema.py make SCHEMA FOLDER

compare: PROBLEMS is what 'herdbook check --format json' found in the specs. Prints a line for each spec that the schema
refuses though Herdbook reads it, or accepts though it breaks a rule that a schema can express, or that drafts 2020-12
and 7 do not agree on. A spec is named by its first line where that is a comment '# key: value', else by its file.
make: writes specs into FOLDER in which one key has one of many values, for one key of each kind, or one of its own
examples.
"""
import json, os, re, sys
import jsonschema, yaml

EXPRESSIBLE = {"unknown-key", "missing-key", "wrong-type", "out-of-range", "unknown-choice", "wrong-length",
               "duplicate-element"}
# Two spaces apart.
VALUES = [value for line in r"""
~  null  true  True  yes  0  -0  1  +1  -1  2  3  255  256  010  0x10  0o17  1_000  1:30  1e3  1.0  1.  0.5  .5  1e-3
1e999  1e-999  .inf  -.inf  .nan  99  101  1000000  1000001  1000000000  1000000001  9007199254740993  1e300
18446744073709551615  18446744073709551616  abc  none  all  last  digits  worst  gaussian  two words  2017-12-13
'1'  'none'  'true'  ''  ' '  "a\nb"  "a\eb"  "a\u00A0b"  "\u00A0"  []  [1]  [1, 2]  [784, 10]  [1, 1]  [2, 1]  [0, 1]
[0.5, 2]  [a]  [[1]]  [~, 2]  [1.0, 2]  [1, 300]  {}  {uniform: [1, 2]}  {uniform: [2, 1]}  {uniform: [1, 2, 3]}
{uniform: 1}  {log-uniform: [0, 1]}  {log-uniform: [0.1, 1]}  {log-uniform: [1, 9]}  {choice: [1, 2]}  {choice: []}
{choice: [1, 1]}  {choice: [a]}  {uniform: [1, 2], choice: [1]}  {from: 1}  {from: 0, count: 5}  {count: 5}  {count: 0}
{from: -1, count: 5}  {every: 2}  {every: 0}  {every: all}  {perturb: [0.8, 1.2]}  {perturb: [0, 1.2]}  {perturb: [1]}
{resample: 0.5}  {resample: 2}  {perturb: [1, 2], resample: 0}  {size: 3}  {unknown: 1}
""".strip().split("\n") for value in line.split("  ")] + ["", "|\n  text"]
BASE = {"iterations": "40", "network": {"layers": "[784, 32, 10]"}, "population": {"size": "20"}}


class Core(yaml.SafeLoader):
    """YAML 1.2's core types, as editors read them; keys are text."""
    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


def whole(loader, node):
    digits = node.value.lstrip("+-")
    base = {"0x": 16, "0o": 8}.get(digits[:2], 10)
    return int(digits[2:] if base < 10 or base > 10 else digits, base) * (-1 if node.value[0] == "-" else 1)


def real(loader, node):
    return float(re.sub(r"\.(inf|nan)", r"\1", node.value.lower()))


def removed(loader, node):
    if node.value:
        raise yaml.constructor.ConstructorError(None, None, "!remove has no value", node.start_mark)


for tag, pattern, construct in [
    ("null", r"~|null|Null|NULL|", lambda loader, node: None),
    ("bool", r"true|True|TRUE|false|False|FALSE", lambda loader, node: node.value.lower() == "true"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", whole),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", real),
]:
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), None)
    Core.add_constructor(f"tag:yaml.org,2002:{tag}", construct)
# An editor that does not know the tag has the empty value under it.
Core.add_constructor("!remove", removed)


def compare(schema, problems, specs):
    schema = json.load(open(schema))
    validators = [jsonschema.Draft202012Validator, jsonschema.Draft7Validator]
    for kind in validators:
        kind.check_schema(schema)
    validators = [kind(schema) for kind in validators]
    rules = {}
    for problem in json.load(open(problems)):
        rules.setdefault(os.path.basename(problem["file"]), set()).add(problem["rule"])
    for spec in specs:
        broken = rules.get(os.path.basename(spec), set())
        if broken and not broken & EXPRESSIBLE:
            continue
        text = open(spec, encoding="utf-8", newline="").read()
        first = text.partition("\n")[0]
        name = json.loads(first[2:]) if first.startswith('# "') else os.path.basename(spec).removesuffix(".yaml")
        try:
            value = yaml.load(text, Core)
        except yaml.YAMLError:
            print(f"{name}: not read")
            continue
        faults = [next(validator.iter_errors(value), None) for validator in validators]
        if (faults[0] is None) != (faults[1] is None):
            print(f"{name}: the drafts differ")
        if name.endswith("(example)") and broken & EXPRESSIBLE:
            print(f"{name}: refused by Herdbook")
        if faults[0] and not broken:
            print(f"{name}: refused, {faults[0].message}")
        if broken & EXPRESSIBLE and not faults[0]:
            print(f"{name}: accepted")
    print(f"compared {len(specs)}")


def make(schema, folder):
    seen = set()
    count = 0

    def flow(tree):
        return "{" + ", ".join(f"{k}: {flow(v)}" for k, v in tree.items()) + "}" if isinstance(tree, dict) else tree

    def write(path, value, note=""):
        nonlocal count
        spec = json.loads(json.dumps(BASE))
        inner = spec
        for part in path[:-1]:
            inner = inner.setdefault(part, {})
        inner[path[-1]] = value
        title = json.dumps(f"{'.'.join(path)}: {value}{note}")
        block = value.startswith("|")
        if block and len(path) > 1:
            return
        lines = [f"{key}: {flow(tree)}" for key, tree in spec.items()]
        with open(f"{folder}/case-{count}.yaml", "w", encoding="utf-8") as file:
            file.write("\n".join([f"# {title}", *lines]) + "\n")
        count += 1

    def walk(section, path):
        for name, part in section["properties"].items():
            words = ("description", "default", "examples")
            kind = json.dumps({k: v for k, v in part.items() if k not in words}, sort_keys=True)
            for example in part.get("examples", []):
                write([*path, name], json.dumps(example), " (example)")
            kind = "section" if part.get("type") == "object" else "choice" if "enum" in part else kind
            if kind not in seen:
                seen.add(kind)
                for value in VALUES:
                    write([*path, name], value)
            if part.get("type") == "object":
                walk(part, [*path, name])

    walk(json.load(open(schema)), [])
    print(f"made {count}")


if __name__ == "__main__":
    {"compare": lambda s, p, *specs: compare(s, p, specs), "make": make}[sys.argv[1]](*sys.argv[2:])
