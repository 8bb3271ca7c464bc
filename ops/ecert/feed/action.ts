import type { DescMethodUnary, JsonObject } from "@bufbuild/protobuf";
import type { Operator } from "../../trial/operator.ts";

/** An option of an action: `--name VALUE`. */
export interface ActionOption {
  /** Word for the value in the help. */
  value: string;
  chinese: string;
  english: string;
  required?: true;
}

interface Described {
  chinese: string;
  english: string;
  /** Words for the arguments, in their order. */
  takes: readonly string[];
  options?: Readonly<Record<string, ActionOption>>;
}

/** Puts records from files: the JSON form of the method's request. Where the request has a mask, what a file does not name stays as it is. */
export interface PutAction extends Described {
  kind: "put";
  method: DescMethodUnary;
  /** Member of request and answer that holds the record. */
  record: string;
  /** Members that tell which record it is. */
  keys: readonly string[];
}

/** Changes members of a record and nothing else. */
export interface AmendAction extends Described {
  kind: "amend";
  method: DescMethodUnary;
  record: string;
  keys: readonly string[];
  /** What they become. */
  members(options: Options): JsonObject;
  /** What the request says beside the record. */
  more?(options: Options): JsonObject;
}

/** Calls a method with arguments and options as members of its request. */
export interface CallAction extends Described {
  kind: "call";
  method: DescMethodUnary;
  /** Members for the arguments, in their order. */
  keys: readonly string[];
  /** Members for options, where they have other names. */
  members?: Readonly<Record<string, string>>;
}

/** Reads one record, in the form in which it is put. */
export interface GetAction extends Described {
  kind: "get";
  method: DescMethodUnary;
  keys: readonly string[];
}

/** Lists records, all pages. */
export interface ListAction extends Described {
  kind: "list";
  method: DescMethodUnary;
  /** Member of the answer that holds them. */
  records: string;
  keys: readonly string[];
  /** Members that are shown to people; JSON has all. */
  columns: readonly string[];
  /** What people should be told of a record, in one line below the table. */
  warning?(record: JsonObject): string | undefined;
}

/** Does what no one call does. */
export interface RunAction extends Described {
  kind: "run";
  keys: readonly string[];
  /** Resolves to what is shown as JSON, and what to people. */
  run(asked: Asked): Promise<{ json: JsonObject; text: string }>;
}

/** What a group of commands can do with a kind of record. */
export type Action = PutAction | AmendAction | CallAction | GetAction | ListAction | RunAction;

/** Options as they were given. */
export type Options = Readonly<Record<string, string | boolean | undefined>>;

/** What a command line asks of a node. */
export interface Asked {
  arguments: readonly string[];
  options: Options;
  operator: Operator;
  server: string;
}

/** A group of commands: `ecert WORD ACTION …`. */
export interface Group {
  word: string;
  chinese: string;
  english: string;
  actions: Readonly<Record<string, Action>>;
}
