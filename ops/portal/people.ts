/** Somebody who can sign in at the portal of trials. All are invented. */
export interface Account {
  account: string;
  password: string;
  /** Real name and citizen id. */
  name: string;
  number: string;
  /** The organisation for which the person acts. */
  organisation?: { name: string; code: string };
  /** How surely the portal has found out who it is: `real-name`, or `password` for somebody who only registered. */
  assurance: "real-name" | "password";
}

/** The invented accounts: a person, the same person for a company, somebody else, and one whom nobody has identified. */
export const ACCOUNTS: readonly Account[] = [
  {
    account: "lishiyan",
    password: "trial-lishiyan",
    name: "李试验",
    number: "440106199003071231",
    assurance: "real-name",
  },
  {
    account: "yunfan",
    password: "trial-yunfan",
    name: "李试验",
    number: "440106199003071231",
    organisation: { name: "岭海云帆软件有限公司", code: "91440106MA9DEM2A6K" },
    assurance: "real-name",
  },
  {
    account: "wangshili",
    password: "trial-wangshili",
    name: "王示例",
    number: "44030519881112002X",
    assurance: "real-name",
  },
  { account: "guest", password: "trial-guest", name: "赵访客", number: "440106199102030048", assurance: "password" },
];

/** The account that an account name and a password open. */
export function accountOf(account: string, password: string): Account | undefined {
  return ACCOUNTS.find((one) => one.account === account && one.password === password);
}
