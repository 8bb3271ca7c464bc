import { settingsOf, showPage } from "./page.ts";
import "./page.css";

showPage(document.body, settingsOf(document));
