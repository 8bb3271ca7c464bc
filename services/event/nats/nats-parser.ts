import type { NatsConnection } from "nats";
import { Parser } from "nats/lib/nats-base-client/parser.js";

/** Parsers that have met what is not the protocol. */
const broken = new WeakSet<Parser>();

/**
 * Keeps the library from printing what it cannot read, which may be somebody's certificate: it writes the parser's error, with the octets
 * behind it, to standard output. A parser that has met such octets reads no more; whoever holds the connection asks and ends it.
 */
const parse = Parser.prototype.parse;
Parser.prototype.parse = function (this: Parser, octets: Uint8Array): void {
  if (broken.has(this)) return;
  try {
    parse.call(this, octets);
  } catch {
    broken.add(this);
  }
};

/** Whether something came over a connection that is not the protocol. */
export function isBroken(connection: NatsConnection): boolean {
  return broken.has((connection as unknown as { protocol: { parser: Parser } }).protocol.parser);
}
