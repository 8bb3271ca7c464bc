import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { useTexts } from "../text/texts.ts";
import { ACTIVATE } from "./activate-texts.ts";
import { askForOwn } from "./own-certificate.ts";

/** Reads the certificate out of the key that is plugged in. `isShown`: whether the browser has shown one, where this page has asked. */
export function ReadKey({ isShown }: { isShown: boolean | undefined }) {
  const texts = useTexts(ACTIVATE);
  const asking = useMutation({ mutationFn: askForOwn });
  return (
    <div className="actions">
      <Button onClick={() => asking.mutate()} loading={asking.isPending}>
        {texts.readKey}
      </Button>
      <span className="quiet">{texts.readHow}</span>
      {isShown === true && <span role="status">{texts.isRead}</span>}
      {isShown === false && <p role="alert">{texts.noneShown}</p>}
      {asking.data === false && <p role="alert">{texts.cannotRead}</p>}
    </div>
  );
}
