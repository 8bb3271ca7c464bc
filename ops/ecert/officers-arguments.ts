/** Help of `ecert officers`. */
export const OFFICERS_HELP = `ecert officers: 部门经办人员名单（安全密钥） · a department's list of officers' security keys, on the department's own host

用法 usage:
  ecert officers new --node CODE --department CODE --rp-id DOMAIN --origin URL… --until DAY [--from DAY] --out FILE
                         新建空名单（未签名），不覆盖 · makes an empty list that nobody has signed; overwrites nothing
  ecert officers add FILE --account ACCOUNT --name NAME --registration FILE [--page ORIGIN] [--item CODE…] [--since DAY] [--key-until DAY]
                         登记一把安全密钥；先与本人核对指纹，再加 --fingerprint HEX · adds a security key; shows its fingerprint, and adds it
                         once --fingerprint says the same: compare it with the officer, who is present with the key
  ecert officers end FILE --credential ID --on DAY
                         密钥的最后一日 · the last day of a security key, one that was lost for example
  ecert officers sign FILE --key FILE [--passphrase-file FILE] --out FILE
                         用部门密钥签名（Ed25519、P-256，见 ecert key make），交给签名代理 · signs by the department's key; the signing agent takes
                         the file that --out names without a restart, only with a higher version than before
  ecert officers check FILE --public-key FILE [--at DAY]
                         验证签名和有效期 · verifies signature and days
  ecert officers show FILE [--json]
                         查看，不作判断 · shows a list, signed or not; judges nothing

  --registration FILE    页面登记安全密钥得到的 JSON · what a page gets: JSON of PublicKeyCredential.toJSON(), attestation none
  --page ORIGIN          在签名代理主机的确认页面上登记的密钥，写该页面的地址 · for a security key that was registered on the page of a signing agent's
                         host: that page's origin
  --item CODE            该人员可确认的目录项，默认全部 · items that the officer confirms; default: all

每次 add、end 使版本加一 · add and end raise the version by one
退出码 exit codes: 0 完成、有效 · done, or valid   1 无效 · invalid   2 无法执行 · could not run
`;
