import { Button, Result } from "antd";
import { Component, type ReactNode } from "react";
import { said } from "../text/texts.ts";
import { SHELL } from "./shell-texts.ts";

/** Keeps the frame where a page breaks, or its files cannot be fetched: what happened is told, and the page can be opened anew. */
export class BrokenPage extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    const again = (
      <Button type="primary" onClick={() => location.reload()}>
        {said(SHELL.openAnew)}
      </Button>
    );
    return <Result status="error" title={said(SHELL.broken)} subTitle={said(SHELL.brokenHow)} extra={again} />;
  }
}
