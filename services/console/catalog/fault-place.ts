import { type Both, said } from "../text/texts.ts";
import { CATALOG } from "./catalog-texts.ts";
import { DRAFT } from "./draft-texts.ts";

/** Members of a content as people call them, by their names in the contract. */
const MEMBERS: Readonly<Record<string, Both>> = {
  name: CATALOG.name,
  type_code: CATALOG.typeCode,
  defining_authority: CATALOG.authority,
  holder_kind: CATALOG.holderKind,
  holders_min: CATALOG.holdersMin,
  holders_max: CATALOG.holdersMax,
  validity_rule_json: CATALOG.validity,
  data_schema_json: CATALOG.dataItems,
  face_template_json: DRAFT.template,
  example_json: CATALOG.sample,
  bindings: CATALOG.bindings,
  issuing_levels: CATALOG.levels,
  issuing_bodies: CATALOG.bodies,
  seal_samples: CATALOG.seals,
  keeper_code: CATALOG.keeper,
};

/** Where in a content a fault is, for people: the member's name, and the place within it. Empty for what is no member. */
export function faultPlace(path: string): string {
  const [, member = "", rest = ""] = /^(?:content\.|choices\.)?([A-Za-z_]+)(.*)$/.exec(path) ?? [];
  const snake = member.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const name = MEMBERS[snake];
  return name ? `${said(name)}${rest.replace("/properties/", " · ")}` : "";
}
