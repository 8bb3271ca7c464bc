/** What there is to see at the pages beside the console, each at the path of its page: by the names that `test/screens/picture.ts` gives to its pictures. */
export const VIEWS: readonly string[] = [
  // Anybody's: the forms, a genuine file, its face, an altered one, a QR code, one without a network, a code that a holder shows, no server.
  ...["verify", "verify-verdict", "verify-face", "verify-altered", "verify-code", "verify-offline", "verify-shown"],
  "verify-away",
  "verify-cut",
  "verify-sealed",
  // The holder's: signing in, the list, one certificate, showing it, its code, its uses, an error that is reported and was sent.
  ...["mine", "mine-list", "mine-certificate-one", "mine-show-one", "mine-show-one-code", "mine-uses"],
  ...["mine-report-one", "mine-report-one-sent"],
  // The counter's: signing in, what may be done, making, its photo, what is made, issued, replaced; a matter and what was found for it.
  ...[
    "mini-sign-in",
    "mini",
    "mini-issue-one",
    "mini-issue-one-kinds",
    "mini-make-one-photo",
    "mini-made-one",
    "mini-made-one-issued",
  ],
  ...["mini-replace-one", "mini-use-one", "mini-use-one-found", "mini-use-one-shown"],
  // Where staff sign in: the form, what is refused, and who is signed in.
  ...["session-sign-in", "session-password-refused", "session-signed-in"],
  // At an agent's own host: signing in, an order with its face, what was confirmed.
  ...["agent-sign-in", "agent-order", "agent-confirmed"],
];
