import { type DescMethodUnary, type JsonObject, type Message, toJson } from "@bufbuild/protobuf";
import { requestOfJson } from "../../../services/call/request/parse-request.ts";
import { allPages } from "../operator-list.ts";
import type { Asked } from "./action.ts";

type Call = (request: Message) => Promise<Message>;

/** Calls a method whose types are known from its descriptor alone. Throws what the node refuses. */
export function called({ operator, server }: Asked, method: DescMethodUnary, request: Message): Promise<Message> {
  const client = operator.client(method.parent, server) as unknown as Readonly<Record<string, Call>>;
  const call = client[method.localName] as Call;
  return call(request);
}

/** Calls a method with a request in JSON; the answer is JSON with every member. */
export async function calledJson(asked: Asked, method: DescMethodUnary, request: JsonObject): Promise<JsonObject> {
  const answer = await called(asked, method, requestOfJson(method.input, request));
  return toJson(method.output, answer, { alwaysEmitImplicit: true }) as JsonObject;
}

/** Reads a list whole, page by page. */
export function listed(
  asked: Asked,
  method: DescMethodUnary,
  records: string,
  request: JsonObject = {},
): Promise<JsonObject[]> {
  return allPages(async ({ pageToken }) => {
    const answer = await calledJson(asked, method, { ...request, pageToken });
    return { items: answer[records] as JsonObject[], nextPageToken: String(answer.nextPageToken) };
  });
}
