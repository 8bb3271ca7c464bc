import { Code, ConnectError } from "@connectrpc/connect";
import { TransportProvider } from "@connectrpc/connect-query";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { Suspense } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { transport } from "../call/transport.ts";
import { useLanguage } from "../text/language.ts";
import { useTexts } from "../text/texts.ts";
import { mayCall } from "./allowed.ts";
import { BrokenPage } from "./broken-page.tsx";
import { Frame } from "./frame.tsx";
import { NoPage, Waiting } from "./placeholders.tsx";
import { RefusalNotice } from "./refusal-notice.tsx";
import { SECTIONS } from "./sections.ts";
import { SHELL } from "./shell-texts.ts";
import { isSignInWindow, SessionLost, SignedInWindow, SignInPage } from "./sign-in.tsx";
import { THEME } from "./theme.ts";
import { useOwnSession, WhoIsHere } from "./who.tsx";

/** Where the console is at its node. */
const BASE = "/console";

/** What has been asked is shown again at once and asked anew; what failed is told, and tried again by whoever reads it. */
const queries = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false }, mutations: { retry: false } },
});

/** The console of staff. `nonce`: under which styles may be written into the page. */
export function App({ nonce }: { nonce: string }) {
  const language = useLanguage();
  return (
    <ConfigProvider
      locale={language === "en" ? enUS : zhCN}
      theme={THEME}
      csp={{ nonce }}
      button={{ autoInsertSpace: false }}
    >
      <TransportProvider transport={transport}>
        <QueryClientProvider client={queries}>
          <Console />
        </QueryClientProvider>
      </TransportProvider>
    </ConfigProvider>
  );
}

function Console() {
  const texts = useTexts(SHELL);
  const { data: who, error, refetch } = useOwnSession();
  if (error && ConnectError.from(error).code === Code.Unauthenticated) return <SignInPage />;
  if (error)
    return (
      <main className="sign-in">
        <h1>{texts.away}</h1>
        <RefusalNotice error={error} retry={() => refetch()} />
      </main>
    );
  if (!who) return <Waiting />;
  if (isSignInWindow()) return <SignedInWindow account={who.account} />;
  const sections = SECTIONS.filter(
    ({ needs }) => needs.length === 0 || needs.some((method) => mayCall(who.roles, method)),
  );
  return (
    <WhoIsHere who={who}>
      <BrowserRouter basename={BASE}>
        <Frame sections={sections}>
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
      </BrowserRouter>
      <SessionLost />
    </WhoIsHere>
  );
}
