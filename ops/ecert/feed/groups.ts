import { ACCOUNT } from "./account-group.ts";
import type { Group } from "./action.ts";
import { DIVISION } from "./division-group.ts";
import { DRAFT } from "./draft-group.ts";
import { EXTENSION } from "./extension-group.ts";
import { CHANGE, ENTRY, OPENING_REQUEST, PAPER } from "./governance-groups.ts";
import { HAND_IN } from "./hand-in-group.ts";
import { ITEM } from "./item-group.ts";
import { LIST } from "./list-group.ts";
import { DELEGATION, OPENING } from "./opening-group.ts";
import { PLAN } from "./plan-group.ts";
import { NODE_KEY, RIGHT } from "./province-groups.ts";
import { APP, DEPARTMENT, MATTER, SEAL } from "./registry-groups.ts";
import { SANDBOX } from "./sandbox-group.ts";

/** Groups of commands, by their word. */
export const GROUPS: Readonly<Record<string, Group>> = Object.fromEntries(
  [
    DIVISION,
    ENTRY,
    CHANGE,
    PAPER,
    HAND_IN,
    DEPARTMENT,
    APP,
    ACCOUNT,
    MATTER,
    OPENING,
    LIST,
    DELEGATION,
    OPENING_REQUEST,
    PLAN,
    SEAL,
    SANDBOX,
    RIGHT,
    NODE_KEY,
    ITEM,
    DRAFT,
    EXTENSION,
  ].map((group) => [group.word, group]),
);
