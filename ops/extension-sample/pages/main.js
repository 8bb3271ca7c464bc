/* A page of an extension calls the node as whoever looks at it, over the same contracts as everybody. */
const answer = await fetch("/ecert.identity.v1.SessionService/GetOwnSession", {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: "{}",
});
const session = await answer.json();
document.getElementById("account").textContent = answer.ok ? `您好，${session.name}` : "您尚未登录";
