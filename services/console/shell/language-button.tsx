import { Button } from "antd";
import { chooseLanguage, useLanguage } from "../text/language.ts";
import { useTexts } from "../text/texts.ts";
import { SHELL } from "./shell-texts.ts";

/** Shows everything in the other language. */
export function LanguageButton() {
  const texts = useTexts(SHELL);
  const other = useLanguage() === "en" ? "zh-CN" : "en";
  return (
    <Button type="text" lang={other} onClick={() => chooseLanguage(other)}>
      {texts.language}
    </Button>
  );
}
