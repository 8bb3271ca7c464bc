"""Prints, for a shell, what the samples need of a trial that `npm run demo -- --keep` left running. Run it in the project's folder."""

import json
import shlex
from pathlib import Path

trial = json.loads(Path("artefacts/trial.json").read_text(encoding="utf-8"))
apps = {app["key"]: app for app in trial["apps"]}
item = json.loads(Path("ops/seed/catalog/business-licence.json").read_text(encoding="utf-8"))
data = Path("artefacts/data.json")
data.write_text(json.dumps(item["content"]["exampleJson"]), encoding="utf-8")
for name, value in {
    "ECERT_CA": trial["ca"],
    "ECERT_CITY": trial["nodes"]["440100"]["grpc"],
    "ECERT_APPROVAL_SECRET": apps["440100-scjg"]["secretFile"],
    "ECERT_ORIGIN_KEY": apps["440100-scjg"]["originKeyFile"],
    "ECERT_DATA": str(data.resolve()),
    "ECERT_OTHER_CITY": trial["nodes"]["440300"]["grpc"],
    "ECERT_COUNTER_SECRET": apps["440300-zwfw"]["secretFile"],
}.items():
    print(f"export {name}={shlex.quote(value)}")
