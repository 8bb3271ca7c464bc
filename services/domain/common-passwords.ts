/**
 * Words and strings of which people make passwords, as whoever guesses tries them first; put together for this project, in lower case. What can
 * be told by a rule is not here: runs, repetitions, years (`domain/password-rule.ts`).
 */
const COMMON = `
  password passwort passwd passphrase parole secret geheim letmein welcome willkommen hello default changeme change
  admin administrator root superuser supervisor sysadmin manager operator system server guest user test testing tester demo
  login logon signin access account office service support security secure private public master network database oracle
  mysql mongo mongodb sqlite redis tomcat apache nginx linux ubuntu debian windows microsoft google apple huawei xiaomi
  lenovo cisco oppo vivo samsung nokia intel android iphone macbook tencent wechat weixin alibaba alipay taobao baidu
  weibo douyin bilibili netease
  qwer asdf zxcv qwert asdfg zxcvb qazwsx wsxedc edcrfv qweasd asdzxc qaz wsx edc rfv tgb yhn ujm
  abc abcd xyz aaa pass pwd word code temp temporary trial sample example foobar foo bar null none nothing unknown
  love lover loveyou iloveyou forever friend friends family mother father sister brother baby babygirl princess prince
  angel sunshine sweetheart darling honey lucky happy smile dream star stars moon sun heaven freedom liberty peace
  dragon monkey tiger lion panda eagle falcon wolf shadow phoenix ninja samurai warrior hunter killer ranger batman
  superman spiderman pokemon pikachu naruto starwars matrix hacker gamer player winner champion legend hero king queen
  football soccer baseball basketball hockey tennis liverpool chelsea arsenal barcelona madrid juventus lakers yankees
  spring summer autumn winter january february march april june july august september october november december
  monday tuesday wednesday thursday friday saturday sunday morning evening night today tomorrow
  london paris berlin tokyo newyork america england china chinese beijing shanghai guangdong guangzhou shenzhen foshan
  dongguan zhuhai zhongshan huizhou jiangmen shantou zhanjiang hongkong macau nanjing hangzhou chengdu wuhan tianjin
  chongqing zhongguo zhonghua
  michael jennifer jordan charlie thomas robert daniel jessica michelle andrew joshua george william james john david
  maria anna peter alex sophie ashley amanda
  woaini woaiwo aini wode mima mimashi guanliyuan guanli xitong denglu yonghu ceshi gongzuo bangong danwei zhengfu
  zhengwu shuju fuwu anquan jishu yunwei nihao ninhao xiexie baobao baobei laopo laogong mama baba gege meimei didi
  jiejie pengyou tongxue laoshi xuesheng zhangsan lisi wangwu zhaoliu xiaoming facai gongxi kuaile xingfu pingan jiankang
  wangyi tiantian zhang wang yang chen huang zhao zhou
  dianzizhengzhao zhengzhao dianzi yewu yingyezhizhao shenfenzheng qianfa yongzheng zhizheng jigou bumen ecert
  certificate licence license government department province city
  computer laptop internet browser website email mail mobile phone telephone samsara cheese chocolate cookie coffee
  banana orange cherry pepper ginger flower rose lily purple yellow silver golden diamond crystal thunder lightning
  tiger mustang ferrari porsche mercedes toyota honda harley corvette
  trustno trust nopass blank open opensesame sesame enter start begin install setup initial first newpass mypass
  mypassword thepassword loginpass backup restore recovery reset
  密码 口令 管理员 管理 系统 登录 用户 测试 我爱你 中国 广东 电子证照 证照 政务 数据 运维
`;

/** The words, by their length from the longest on, so that the first that fits is the longest. */
export const COMMON_WORDS: readonly string[] = [...new Set(COMMON.split(/\s+/).filter((word) => word !== ""))].sort(
  (one, other) => other.length - one.length,
);
