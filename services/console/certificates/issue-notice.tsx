import { Alert, Button } from "antd";
import type { OrderToConfirm } from "../../../proto/gen/ecert/issue/v1/confirmation_pb.ts";
import type { KeyFault } from "../../security-key/ask-key.ts";
import { toldOf } from "../call/refusal.ts";
import { inGroups } from "../format/in-groups.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useLanguage } from "../text/language.ts";
import { type Texts, useTexts } from "../text/texts.ts";
import type { Stopped } from "./issue-run.ts";
import { ISSUE } from "./issue-texts.ts";
import type { Issuing } from "./use-issuing.ts";

/** Orders whose digests are listed while the security key is waited for; of more than these their rows tell. */
const LISTED = 3;
/** Digits of a digest that people compare: the first half. */
const COMPARED = 32;

/** Tells what is being confirmed while the security key is waited for, and afterwards why nothing more was issued. `shown`: digests of the faces that were looked at. */
export function IssueNotice({ issuing, shown }: { issuing: Issuing; shown: ReadonlyMap<string, string> }) {
  const { step, stop } = issuing;
  if (step.at === "touch") return <Touch orders={step.orders} shown={shown} stop={stop} />;
  return step.at === "stopped" ? <WhyStopped why={step.why} /> : null;
}

function Touch({
  orders,
  shown,
  stop,
}: {
  orders: readonly OrderToConfirm[];
  shown: ReadonlyMap<string, string>;
  stop: () => void;
}) {
  const texts = useTexts(ISSUE);
  const unseen = orders.filter(({ identifier, faceSha256 }) => shown.get(identifier) !== faceSha256).length;
  return (
    <Alert
      type="info"
      showIcon
      role="status"
      title={texts.touch(orders.length)}
      description={
        orders.length > LISTED ? (
          <p>{unseen > 0 ? texts.facesUnseen(unseen, orders.length) : texts.facesSeen(orders.length)}</p>
        ) : (
          <ul className="refused-fields">
            {orders.map(({ identifier, faceSha256 }) => (
              <li key={identifier}>
                {texts.faceDigest} <code className="wrap">{inGroups(faceSha256.slice(0, COMPARED))}</code>{" "}
                {shown.get(identifier) === faceSha256 ? `✔ ${texts.faceSame}` : texts.faceUnseen}
              </li>
            ))}
          </ul>
        )
      }
      action={<Button onClick={stop}>{texts.giveUp}</Button>}
    />
  );
}

/** Why one certificate was not issued; of one that is confirmed on the page of the agent's own host, where that is. */
export function NotIssued({ error }: { error: unknown }) {
  const texts = useTexts(ISSUE);
  const { page = "" } = toldOf(error, useLanguage()).metadata;
  if (!page.startsWith("https://")) return <RefusalNotice error={error} />;
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={texts.onAgentsPage}
      description={
        <a href={page} target="_blank" rel="noreferrer">
          {texts.toAgentsPage(page)}
        </a>
      }
    />
  );
}

function WhyStopped({ why }: { why: Stopped }) {
  const texts = useTexts(ISSUE);
  if (why === "asked") return <Alert type="info" showIcon role="status" title={texts.asked} />;
  if (why === "stale") return <Alert type="warning" showIcon role="alert" title={texts.stale} />;
  if ("otherFaces" in why) return <Alert type="warning" showIcon role="alert" title={texts.otherFaces} />;
  if ("error" in why) return <RefusalNotice error={why.error} />;
  if (why.key === "given-up") return <Alert type="info" showIcon role="status" title={texts.keyGivenUp} />;
  return <Alert type="error" showIcon role="alert" title={keyText(texts, why.key)} />;
}

function keyText(texts: Texts<typeof ISSUE>, fault: Exclude<KeyFault, "given-up">): string {
  return fault === "other-page" ? texts.keyOtherPage(location.hostname) : texts.keyRefused;
}
