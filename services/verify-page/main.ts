import { showPage, unfoldForPrint } from "./page.ts";
import "./page.css";

showPage(document.body);
unfoldForPrint();
