import type { Actor, StaffActor } from "./actor.ts";
import { ancestorsOf, isWithin } from "./division.ts";
import { type FieldViolation, Refusal } from "./refusal.ts";
import { ROLES, type Role } from "./role.ts";

/**
 * On whose side a step of a procedure stands (4.2, 6.2, 6.3): `department`, whose case it is; `body`, the management body (电子证照管理机构) of
 * the division that the department serves, or of one above; `top`, the province's body alone.
 */
export type Side = "department" | "body" | "top";

/** One step of a procedure: who may take it, where it begins and leads. */
export interface StepRule<State extends string, Action extends string> {
  readonly action: Action;
  readonly from: readonly State[];
  readonly to: State;
  readonly side: Side;
  /** Roles of which the person must hold one. */
  readonly roles: readonly Role[];
  /** Who has taken one of these steps of the case, at whatever time, does not take this one. */
  readonly unlike: readonly Action[];
  /** Nobody sends a case back, or ends it, without a word. */
  readonly needsRemark?: true;
}

/** A procedure as data: its states and steps in Chinese, and the table of its steps. */
export interface Procedure<State extends string, Action extends string> {
  /** What a case is called: 目录登记, 部门进驻. */
  readonly chinese: string;
  readonly states: Readonly<Record<State, string>>;
  readonly actions: Readonly<Record<Action, string>>;
  readonly steps: readonly StepRule<State, Action>[];
}

/** A step that was taken; a case keeps all of them, the oldest first. */
export interface TakenStep<Action extends string> {
  action: Action;
  /** Account, name, body and its division of who took it, as they were then. */
  account: string;
  name: string;
  department: string;
  division: string;
  /** RFC 3339, UTC. */
  at: string;
  /** What was said with it. Empty: nothing. */
  remark: string;
}

/** A case of a procedure, as far as a step is decided by it. */
export interface Case<State extends string, Action extends string> {
  state: State;
  /** Department whose case it is, and the division that it serves. */
  department: string;
  division: string;
  steps: readonly TakenStep<Action>[];
}

/** A step that a person wants to take. */
export interface WantedStep<Action extends string> {
  action: Action;
  person: StaffActor;
  /** RFC 3339, UTC. */
  at: string;
  remark: string;
}

/** Longest remark of a step, characters. */
export const MAX_REMARK = 1_000;
/** Steps of one case at most: what has gone to and fro so often is begun anew. */
export const MAX_STEPS = 200;

/**
 * The state that a step leads to, and the step as it is kept. Throws `STEP_REFUSED` where the state does not allow it, or the case has had
 * its 200 steps; `PERMISSION_DENIED` for a person of the wrong side or without the role; `SAME_PERSON` for who has taken a step that this one
 * must judge; `INVALID_FIELD` for a remark that is missing. Nobody is told more of a case than that it is not his.
 */
export function takeStep<State extends string, Action extends string>(
  procedure: Procedure<State, Action>,
  one: Case<State, Action>,
  wanted: WantedStep<Action>,
): { state: State; step: TakenStep<Action> } {
  const rules = procedure.steps.filter(({ action }) => action === wanted.action);
  const mine = rules.filter((rule) => isOnSide(rule.side, one, wanted.person) && holdsRole(rule, wanted.person));
  if (mine.length === 0) throw notYours(procedure, rules, wanted);
  const rule = mine.find(({ from }) => from.includes(one.state));
  if (!rule) throw notNow(procedure, one, wanted.action);
  if (one.steps.length >= MAX_STEPS) throw tooOften(procedure);
  const before = one.steps.find(
    ({ account, action }) => account === wanted.person.account && rule.unlike.includes(action),
  );
  if (before) throw samePerson(procedure, wanted.action, before.action);
  if (rule.needsRemark && wanted.remark === "") throw noRemark(procedure, wanted.action);
  const { account, name, department, division } = wanted.person;
  const { action, at, remark } = wanted;
  return { state: rule.to, step: { action, account, name, department, division, at, remark } };
}

/** Steps that a person may take now, for a list of what waits for somebody: those that {@link takeStep} would not refuse but for a remark. */
export function stepsFor<State extends string, Action extends string>(
  { steps }: Procedure<State, Action>,
  one: Case<State, Action>,
  person: StaffActor,
): Action[] {
  return [...new Set(openTo(steps, one, person).map(({ action }) => action))];
}

/** Whether a case waits for somebody: he may take it further, not only send it back or end it, which nobody does without a remark. */
export function waitsFor<State extends string, Action extends string>(
  { steps }: Procedure<State, Action>,
  one: Case<State, Action>,
  caller: Actor,
): boolean {
  return caller.kind === "staff" && openTo(steps, one, caller).some(({ needsRemark }) => !needsRemark);
}

function openTo<State extends string, Action extends string>(
  steps: readonly StepRule<State, Action>[],
  one: Case<State, Action>,
  person: StaffActor,
): StepRule<State, Action>[] {
  return steps.filter(
    (rule) =>
      rule.from.includes(one.state) &&
      isOnSide(rule.side, one, person) &&
      holdsRole(rule, person) &&
      !one.steps.some(({ account, action }) => account === person.account && rule.unlike.includes(action)),
  );
}

/** States in which a person's roles and side may find something to do: what a list of what waits is looked up by. */
export function statesFor<State extends string, Action extends string>(
  { steps }: Procedure<State, Action>,
  person: StaffActor,
): State[] {
  return [...new Set(steps.filter((rule) => holdsRole(rule, person)).flatMap(({ from }) => from))];
}

function isOnSide(
  side: Side,
  { department, division }: Pick<Case<string, string>, "department" | "division">,
  person: StaffActor,
): boolean {
  switch (side) {
    case "department":
      return person.department === department;
    case "body":
      return isWithin(division, person.division);
    case "top":
      return ancestorsOf(person.division).length === 0;
  }
}

/** A role of a department does nothing on the side of a body, whatever the division of who holds it. */
function holdsRole({ roles, side }: StepRule<string, string>, person: StaffActor): boolean {
  const level = side === "department" ? "department" : "management";
  return person.roles.some((role) => roles.includes(role) && ROLES[role].level === level);
}

function notNow<State extends string, Action extends string>(
  { chinese, states, actions, steps }: Procedure<State, Action>,
  { state }: Pick<Case<State, Action>, "state">,
  action: Action,
): Refusal {
  const allowed = [...new Set(steps.filter(({ from }) => from.includes(state)).map((rule) => rule.action))];
  const description = `cannot ${action} what is ${state}`;
  const remedy = allowed.length === 0 ? "nothing more can be done with it" : `it can be: ${allowed.join(", ")}`;
  const rest = allowed.length === 0 ? "不能再办理任何操作" : `可以${allowed.map((one) => actions[one]).join("、")}`;
  const localized = `${chinese}处于“${states[state]}”，不能${actions[action]}；${rest}`;
  return refused(
    "STEP_REFUSED",
    { field: "action", description, remedy, localized },
    { state, action, allowed: allowed.join(", ") },
  );
}

function notYours<State extends string, Action extends string>(
  { chinese, actions }: Procedure<State, Action>,
  rules: readonly StepRule<State, Action>[],
  { action }: WantedStep<Action>,
): Refusal {
  const roles = [...new Set(rules.flatMap((rule) => rule.roles))];
  const whose = [...new Set(rules.map(({ side }) => SIDES[side]))];
  const description = `to ${action} is not for you`;
  const remedy = `let somebody do it who is ${roles.join(" or ")} of ${whose.map(([english]) => english).join(" or ")}`;
  const people = roles.map((role) => ROLES[role].chinese).join("或");
  const localized = `${chinese}的${actions[action]}应由${whose.map(([, text]) => text).join("或")}的${people}办理`;
  return refused("PERMISSION_DENIED", { field: "action", description, remedy, localized }, { action });
}

const SIDES: Readonly<Record<Side, readonly [string, string]>> = {
  department: ["the department itself", "本部门"],
  body: ["the management body of its division", "所属电子证照管理机构"],
  top: ["the province's management body", "省电子证照管理机构"],
};

function samePerson<Action extends string>(
  { chinese, actions }: Pick<Procedure<string, Action>, "chinese" | "actions">,
  action: Action,
  before: Action,
): Refusal {
  const description = `you took the step ${before}: who did that does not ${action} as well`;
  const remedy = "let another person do it";
  const localized = `您已办理该${chinese}的${actions[before]}，${actions[action]}须由其他人员办理`;
  return refused("SAME_PERSON", { field: "action", description, remedy, localized }, { action, before });
}

function noRemark<Action extends string>(
  { chinese, actions }: Pick<Procedure<string, Action>, "chinese" | "actions">,
  action: Action,
): Refusal {
  const description = `is needed to ${action}`;
  const localized = `${chinese}${actions[action]}时须填写意见`;
  return refused("INVALID_FIELD", { field: "remark", description, remedy: "say why", localized }, { action });
}

function tooOften({ chinese }: Pick<Procedure<string, string>, "chinese">): Refusal {
  const description = `has had ${MAX_STEPS} steps`;
  const localized = `该${chinese}已办理${MAX_STEPS}次，请重新提出`;
  return refused("STEP_REFUSED", { field: "action", description, remedy: "begin a new one", localized }, {});
}

function refused(
  reason: "STEP_REFUSED" | "PERMISSION_DENIED" | "SAME_PERSON" | "INVALID_FIELD",
  told: FieldViolation,
  metadata: Record<string, string>,
): Refusal {
  return new Refusal(reason, `${told.field}: ${told.description}; ${told.remedy}`, { fields: [told], metadata });
}
