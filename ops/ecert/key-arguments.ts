/** Help of `ecert key`. */
export const KEY_HELP = `ecert key: 生成密钥文件，不覆盖 · makes keys in files; overwrites nothing

用法 usage:
  ecert key make --out NAME [--algorithm p256|ed25519] [--json]
                         生成 NAME.key.pem（私钥，权限 0600）和 NAME.pub.pem
                         makes NAME.key.pem (private, mode 0600) and NAME.pub.pem
  ecert key request --node CODE --kind KIND --name NAME… --host HOST… --out NAME [--json]
                         生成 NAME.key.pem 和 TLS 证书请求 NAME.request.pem，由认证机构签发
                         makes NAME.key.pem and NAME.request.pem, a request for a TLS certificate of the mesh

  --algorithm p256       业务系统的来源密钥（默认） · origin key of a department's system (default)
  --algorithm ed25519    节点密钥、来源密钥 · key of a node, or an origin key
  --kind KIND            service 服务 | agent 签名代理 | operator 运维人员
  --name NAME            其名称；进程的每个服务各一 · its name; one for each service of a process
  --host HOST            主机名或 IPv4 地址 · host name or IPv4 address

签发证照的密钥不在此生成：它们在加密设备中（agent init） · keys that sign certificates are not made here: they are made in a device

退出码 exit codes: 0 已生成 · made   2 无法执行 · could not run
`;
