import { Modal } from "antd";
import { useEffect } from "react";
import { useBlocker } from "react-router";
import { unsavedWork } from "../form/unsaved.ts";
import { useTexts } from "../text/texts.ts";
import { SHELL } from "./shell-texts.ts";

/**
 * Asks before a form is left whose work was not handed in: for another page of the console in words, which say whether a draft is kept; and before its window
 * is closed, loaded anew or signed out of by the browser's own question. Who has handed in, or has changed nothing, is asked nothing.
 */
export function LeaveGuard() {
  const texts = useTexts(SHELL);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && isHarmed(),
  );
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      // A draft ends with its window.
      if (unsavedWork() !== undefined) event.preventDefault();
    };
    window.addEventListener("beforeunload", leaving);
    return () => window.removeEventListener("beforeunload", leaving);
  }, []);
  if (blocker.state !== "blocked") return null;
  const isLost = unsavedWork() === "lost";
  return (
    <Modal
      open
      title={texts.notHandedIn}
      onCancel={() => blocker.reset()}
      cancelText={texts.goOnFilling}
      onOk={() => blocker.proceed()}
      okText={texts.leavePage}
      okButtonProps={{ danger: isLost }}
    >
      <p>{isLost ? texts.leaveLost : texts.leaveKept}</p>
    </Modal>
  );
}

/** Whether leaving for another page is to be thought over: what is as it was found is not. */
function isHarmed(): boolean {
  const work = unsavedWork();
  return work === "kept" || work === "lost";
}
