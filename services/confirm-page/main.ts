import { showPage } from "./page.ts";
import "./page.css";

showPage(document.body);
