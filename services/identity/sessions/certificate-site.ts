import { SECRET } from "../../base/secret.ts";
import { pathOf } from "../../call/listen/connect-request.ts";
import type { Site } from "../../call/listen/site.ts";
import { answerSite, noSuchPage } from "../../call/listen/site-answer.ts";
import { STAFF_PAGES } from "../../call/pages/screens-site.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { IdentityContext } from "../context.ts";
import { faultsOf } from "./session-page.ts";
import { staffOf } from "./sessions.ts";
import { shownChain } from "./shown-chain.ts";

/** Where an administrator to be is activated (5.8.3), at a node that has the screens. */
const ACTIVATION_PAGE = `${STAFF_PAGES.console}activate`;

/**
 * The page `/certificate?state=…` of the listener that asks for certificates: hands the one that the browser has shown back to the page of activation, of
 * this node alone, for who has no account yet and would have to look for a file of it. It goes behind the `#`, which is sent to no server, with the
 * state by which the page knows that it has asked; nothing is judged, kept or given by it. Empty: the browser has shown none.
 */
export function certificateSite(context: IdentityContext): Site {
  return {
    listener: "signIn",
    path: "/certificate",
    serve: (request, response) => {
      const answer = async () => {
        const { screens } = context.runtime.config;
        if (!screens || request.method !== "GET" || pathOf(request) !== "/certificate")
          throw noSuchPage(request.method, pathOf(request));
        const { origin } = staffOf(context);
        const state = new URL(request.url, origin).searchParams.get("state") ?? "";
        if (!SECRET.test(state)) throw stateMissing();
        const chain = shownChain(request).map((der) => Buffer.from(der).toString("base64url"));
        return { location: `${origin}${ACTIVATION_PAGE}#state=${state}&certificates=${chain.join(".")}` };
      };
      return answerSite(request, response, answer, faultsOf(context));
    },
  };
}

function stateMissing() {
  const remedy = "begin at the page of activation of this node, which gives it";
  const localized = "缺少页面标识，请从本节点的激活页面开始";
  return refuseField("INVALID_FIELD", "state", "is no state of a page", remedy, localized);
}
