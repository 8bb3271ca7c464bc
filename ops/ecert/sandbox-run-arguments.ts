/** Help of `ecert sandbox run` and `report`. */
export const SANDBOX_HELP = `ecert sandbox: 沙箱（6.2.4）：部门系统开通前的对接检测 · sandboxes, in which systems are tried out before they are opened

用法 usage:
  ecert sandbox run --code CODE --directory DIR --department CODE --department-name NAME --app KEY [options]
                         在本机建立（如尚无）并运行沙箱：独立的认证机构、密钥、测试印章、数据和端口，载入全部目录项
                         makes a sandbox on this host where there is none, and runs it: authority, keys, test seal, data
                         and ports of its own, all items of the seed; prints one line of JSON when it serves

  ecert sandbox report FILE --key PEM [--json]
                         以沙箱公钥验证报告并显示 · verifies a report by the key of its sandbox, and shows it

run:
  --code CODE            行政区划代码，沙箱代码为 TEST 加该代码 · code of the division; the sandbox has TEST before it
  --directory DIR        沙箱目录；再次运行时沿用 · its folder; taken again when it is run again
  --department CODE, --department-name NAME, --division CODE
                         部门的统一社会信用代码、名称、区划（默认同 --code） · the department; its division is that of the sandbox by default
  --app KEY              系统在正式环境的 AppKey，沙箱中为 TEST 加该 AppKey
                         AppKey of the system in production, with TEST before it in the sandbox
  --host HOST            系统访问沙箱的主机名（默认 localhost） · host by which systems reach it (default: localhost)
  --port N               四个相连端口的首个（默认 7700） · first of its four ports (default: 7700)
`;
