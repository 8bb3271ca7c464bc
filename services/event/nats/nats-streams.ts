import { randomBytes } from "node:crypto";
import type { StreamSpec } from "../event-link.ts";
import { type Answer, ask, away, done, publishInto } from "./nats-answer.ts";
import type { NatsConnection } from "./nats-connection.ts";
import { BATCH } from "./nats-pull.ts";

/** A message that was delivered but not acknowledged (its consumer died) is delivered again after this long. */
const ACK_WAIT_MS = 10_000;
/** A repetition with the same id is dropped within this time. */
const DUPLICATE_MS = 120_000;

/** The streams of a broker, as the province's account may change them. `api` is the prefix of their interface. */
export class NatsStreams {
  readonly #connection: NatsConnection;
  readonly #api: string;

  constructor(connection: NatsConnection, api: string) {
    this.#connection = connection;
    this.#api = api;
  }

  /** Creates a stream and its consumers, or brings its limits in line. Resolves to whether the stream was made. */
  async keep(spec: StreamSpec): Promise<boolean> {
    const made = await this.#keepStream(spec);
    for (const { durable, subject } of spec.consumers) {
      const config = {
        durable_name: durable,
        ack_policy: "explicit",
        ack_wait: ACK_WAIT_MS * 1e6,
        deliver_policy: "all",
        filter_subject: subject,
        max_ack_pending: 4 * BATCH,
      };
      const body = { stream_name: spec.name, config };
      done(await this.#call(`CONSUMER.DURABLE.CREATE.${spec.name}.${durable}`, body));
    }
    return made;
  }

  /** Publishes to the stream and reads that back, or what came after. Throws where it does not take it or has not kept it. */
  async probe({ name, probe }: StreamSpec): Promise<void> {
    const { seq: sent } = await publishInto(this.#connection, probe, randomBytes(16));
    const { message } = done(await this.#call(`STREAM.MSG.GET.${name}`, { last_by_subj: probe }));
    if (sent === undefined || message?.seq === undefined || message.seq < sent)
      throw away("the stream has not kept what it took");
  }

  /** Deletes the stream with everything in it. One that does not exist is deleted already. */
  async remove(name: string): Promise<void> {
    const answer = await this.#call(`STREAM.DELETE.${name}`);
    if (answer.error?.code !== 404) done(answer);
  }

  async #keepStream(spec: StreamSpec): Promise<boolean> {
    const config = {
      name: spec.name,
      subjects: spec.subjects,
      max_bytes: spec.maxBytes,
      max_msgs_per_subject: 1,
      retention: "workqueue",
      discard: "new",
      storage: "file",
      num_replicas: 1,
      duplicate_window: DUPLICATE_MS * 1e6,
    };
    const found = await this.#call(`STREAM.INFO.${spec.name}`);
    if (found.error?.code === 404) {
      done(await this.#call(`STREAM.CREATE.${spec.name}`, config));
      return true;
    }
    const { max_bytes: bytes, subjects = [] } = done(found).config ?? {};
    if (bytes !== spec.maxBytes || subjects.join() !== spec.subjects.join())
      done(await this.#call(`STREAM.UPDATE.${spec.name}`, { ...found.config, ...config }));
    return false;
  }

  #call(name: string, body: object = {}): Promise<Answer> {
    return ask(this.#connection, `${this.#api}.${name}`, Buffer.from(JSON.stringify(body)));
  }
}
