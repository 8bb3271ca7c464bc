import { Code, ConnectError } from "@connectrpc/connect";
import { TransportProvider } from "@connectrpc/connect-query";
import { MutationCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { lazy, Suspense } from "react";
import { createBrowserRouter, Route, RouterProvider, Routes } from "react-router";
import { isSandboxNode } from "../../domain/sandbox.ts";
import { isSignInWindow } from "../../staff-page/session-lost.ts";
import { transport } from "../call/transport.ts";
import { useLanguage } from "../text/language.ts";
import { useTexts } from "../text/texts.ts";
import { mayCall } from "./allowed.ts";
import { BrokenPage } from "./broken-page.tsx";
import { Frame } from "./frame.tsx";
import { LeaveGuard } from "./leave-guard.tsx";
import { NoPage, Waiting } from "./placeholders.tsx";
import { RefusalNotice } from "./refusal-notice.tsx";
import { SECTIONS } from "./sections.ts";
import { SHELL } from "./shell-texts.ts";
import { ACTIVATION_PAGE, SessionLost, SignedInWindow, SignInPage } from "./sign-in.tsx";
import { LOOKS } from "./theme.ts";
import { useOwnSession, useWho, WhoIsHere } from "./who.tsx";

/** Where the console is at its node. */
const BASE = "/console";

/** The one page for which nobody is signed in: that of a department's administrator to be. */
const ActivatePage = lazy(async () => ({ default: (await import("../activate/activate-page.tsx")).ActivatePage }));

/**
 * What has been asked is shown again at once and asked anew, unless something was changed since: a page that is opened then waits for what is so now, or its
 * reader would act on what was. What failed is told, and tried again by whoever reads it.
 */
const queries = new QueryClient({
  mutationCache: new MutationCache({
    onSuccess: () => queries.removeQueries({ type: "inactive", fetchStatus: "idle" }),
  }),
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false }, mutations: { retry: false } },
});

/** The console of staff. `nonce`: under which styles may be written into the page. */
export function App({ nonce }: { nonce: string }) {
  const language = useLanguage();
  return (
    <ConfigProvider
      locale={language === "en" ? enUS : zhCN}
      theme={LOOKS}
      csp={{ nonce }}
      button={{ autoInsertSpace: false }}
    >
      <TransportProvider transport={transport}>
        <QueryClientProvider client={queries}>
          {location.pathname === ACTIVATION_PAGE ? (
            <BrokenPage>
              <Suspense fallback={<Waiting />}>
                <ActivatePage />
              </Suspense>
            </BrokenPage>
          ) : (
            <Console />
          )}
        </QueryClientProvider>
      </TransportProvider>
    </ConfigProvider>
  );
}

function Console() {
  const texts = useTexts(SHELL);
  const { data: who, error, refetch } = useOwnSession();
  // Who is known to sit here goes on: what is asked anew and fails takes no page away from them, and a session that has ended is asked for beside it.
  if (!who && error && ConnectError.from(error).code === Code.Unauthenticated) return <SignInPage />;
  if (!who && error)
    return (
      <main className="sign-in">
        <h1>{texts.away}</h1>
        <RefusalNotice error={error} retry={() => refetch()} />
      </main>
    );
  if (!who) return <Waiting />;
  if (isSignInWindow()) return <SignedInWindow account={who.account} />;
  return (
    <WhoIsHere who={who}>
      <RouterProvider router={router} />
      <SessionLost />
    </WhoIsHere>
  );
}

/** The frame, and in it the page of the address, of those that its reader may see. */
function Pages() {
  const { account, roles } = useWho();
  const sections = SECTIONS.filter(
    ({ needs, inSandbox }) =>
      (!inSandbox || isSandboxNode(account.split("-")[0] ?? "")) &&
      (needs.length === 0 || needs.some((method) => mayCall(roles, method))),
  );
  return (
    <Frame sections={sections}>
      <LeaveGuard />
      <BrokenPage>
        <Suspense fallback={<Waiting />}>
          <Routes>
            {sections.map(({ path, Pages }) => (
              <Route key={path} path={path === "" ? "/" : `/${path}/*`} element={<Pages />} />
            ))}
            <Route path="*" element={<NoPage />} />
          </Routes>
        </Suspense>
      </BrokenPage>
    </Frame>
  );
}

const router = createBrowserRouter([{ path: "*", element: <Pages /> }], { basename: BASE });
