import { CALLERS } from "./callers.ts";
import { CERTIFICATES } from "./certificates.ts";
import { HTTP } from "./http.ts";
import { EXTENSION, GOVERNANCE, SUPERVISION } from "./offices.ts";
import { ITEMS, PROVINCE, REGISTRY } from "./operators.ts";
import { ATTACHMENTS, DATA, HOLDERS, ORIGIN } from "./order-parts.ts";
import { ORDERS } from "./orders.ts";
import { PRESENTATIONS } from "./presentations.ts";
import { SHAPES } from "./shapes.ts";
import { TEXTS } from "./texts.ts";
import { CONTEXTS, USES } from "./usage.ts";

/** All kinds of bad input, as the table lists them. */
export const BAD_INPUTS = [
  HTTP,
  CALLERS,
  SHAPES,
  TEXTS,
  ORDERS,
  HOLDERS,
  DATA,
  ATTACHMENTS,
  ORIGIN,
  CERTIFICATES,
  CONTEXTS,
  USES,
  PRESENTATIONS,
  REGISTRY,
  ITEMS,
  PROVINCE,
  GOVERNANCE,
  SUPERVISION,
  EXTENSION,
];
