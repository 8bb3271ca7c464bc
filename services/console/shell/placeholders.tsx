import { Result, Spin } from "antd";
import { Link } from "react-router";
import { useTexts } from "../text/texts.ts";
import { SHELL } from "./shell-texts.ts";

/** What stands where a page is still on its way. */
export function Waiting() {
  const texts = useTexts(SHELL);
  return (
    <div className="loading" role="status" aria-label={texts.wait}>
      <Spin size="large" />
    </div>
  );
}

/** A page that is not there, or not for whoever asks. */
export function NoPage() {
  const texts = useTexts(SHELL);
  return (
    <Result
      status="404"
      title={texts.noPage}
      subTitle={texts.noPageHow}
      extra={<Link to="/">{texts.toWorkbench}</Link>}
    />
  );
}
