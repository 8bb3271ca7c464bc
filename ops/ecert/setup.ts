import { toJson } from "@bufbuild/protobuf";
import {
  AccountService,
  SetUpAdministratorResponseSchema,
} from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { EXIT } from "./exit-code.ts";
import { operatorOf } from "./operator-call.ts";
import { parseSetup } from "./setup-arguments.ts";

/** Opens the first administrator of a node; resolves to the exit code. */
export async function setup(args: readonly string[]): Promise<number> {
  const { account, certificatePem, json, ...command } = parseSetup(args, process.env);
  const operator = operatorOf(command);
  try {
    const answer = await operator
      .client(AccountService, command.server)
      .setUpAdministrator({ account, certificatePem });
    const shown = toJson(SetUpAdministratorResponseSchema, answer, { alwaysEmitImplicit: true });
    const [certificate] = answer.account?.certificates ?? [];
    process.stdout.write(
      json
        ? `${JSON.stringify(shown, null, 2)}\n`
        : `已设立管理员 · administrator: ${answer.account?.id}\n证书 signs in with: ${certificate?.subject}\n`,
    );
    return EXIT.valid;
  } finally {
    await operator.close();
  }
}
