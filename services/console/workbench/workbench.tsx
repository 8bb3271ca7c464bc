import { useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** What waits for whoever looks at it. */
export function Workbench() {
  const texts = useTexts(WORKBENCH);
  return <h1>{texts.title}</h1>;
}
