import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./shell/app.tsx";
import "./shell/shell.css";
import { giveStylesNonce } from "./shell/style-nonce.ts";
import { currentLanguage } from "./text/language.ts";

document.documentElement.lang = currentLanguage();
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
giveStylesNonce(nonce);
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <App nonce={nonce} />
    </StrictMode>,
  );
