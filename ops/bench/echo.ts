/**
 * The measure that a service's RPC is held against: a grpc-js server that parses the request, answers a fixed message and
 * does nothing else. `node echo.ts CERTIFICATE KEY ANSWER-FILE`, started by `fork`; tells its port and ends with its parent.
 */
import { readFileSync } from "node:fs";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import {
  type GetCertificateRequest,
  GetCertificateRequestSchema,
  type GetCertificateResponse,
  GetCertificateResponseSchema,
  IssueService,
} from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { methodPath } from "../../services/call/chain/routes.ts";

const [certificate = "", key = "", file = ""] = process.argv.slice(2);
const answer = fromBinary(GetCertificateResponseSchema, readFileSync(file));
const server = new Server();
const method = {
  path: methodPath(IssueService.method.getCertificate),
  requestStream: false,
  responseStream: false,
  requestSerialize: (message: GetCertificateRequest) => Buffer.from(toBinary(GetCertificateRequestSchema, message)),
  requestDeserialize: (bytes: Buffer) => fromBinary(GetCertificateRequestSchema, bytes),
  responseSerialize: (message: GetCertificateResponse) => Buffer.from(toBinary(GetCertificateResponseSchema, message)),
  responseDeserialize: (bytes: Buffer) => fromBinary(GetCertificateResponseSchema, bytes),
};
server.addService(
  { getCertificate: method },
  {
    getCertificate(
      _call: ServerUnaryCall<GetCertificateRequest, GetCertificateResponse>,
      reply: sendUnaryData<GetCertificateResponse>,
    ) {
      reply(null, answer);
    },
  },
);
const pair = { cert_chain: readFileSync(certificate), private_key: readFileSync(key) };
const credentials = ServerCredentials.createSsl(null, [pair], false);
server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
  if (error) throw error;
  process.send?.(port);
});
process.on("disconnect", () => process.exit(0));
