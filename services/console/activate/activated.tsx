import { Button } from "antd";
import type { Account } from "../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { SIGN_IN_START } from "../../staff-page/session-lost.ts";
import { SHELL } from "../shell/shell-texts.ts";
import { useTexts } from "../text/texts.ts";
import { ACTIVATE } from "./activate-texts.ts";

/** That an administrator is one now, and what comes next. */
export function Activated({ account: { name, id } }: { account: Account }) {
  const texts = { ...useTexts(SHELL), ...useTexts(ACTIVATE) };
  return (
    <main className="sign-in">
      <h1 role="status">{texts.done(name, id)}</h1>
      <p>{texts.doneHow}</p>
      <form method="post" action={SIGN_IN_START}>
        <Button type="primary" size="large" htmlType="submit" autoFocus>
          {texts.signIn}
        </Button>
      </form>
    </main>
  );
}
