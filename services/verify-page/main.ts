import { keepPageOffline } from "./keep-page.ts";
import { showPage, unfoldForPrint } from "./page.ts";
import "./page.css";

showPage(document.body);
unfoldForPrint();
keepPageOffline();
