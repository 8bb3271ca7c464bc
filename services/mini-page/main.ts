import "./page.css";
import { showPage } from "./page.ts";

showPage(document.body);
