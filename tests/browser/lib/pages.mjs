// The pages of the tour, with a follower's session in the context so that 我的关注 opens.
import { createHash } from "node:crypto";

/** Makes a follower who follows the account, and leaves their session in the context; returns the simulator's id. */
export async function logIn(world, context, name) {
  const act = (what, body) =>
    context.request.post(`${world.origin}/simulator/act/${what}?wait=true`, { data: body }).then((answer) => answer.json());
  const { id } = await act("follower", { name });
  await act("subscribe", { follower: id });
  const page = await context.newPage();
  const target = encodeURIComponent(`${world.origin}/h5/follows`);
  await page.goto(`${world.origin}/simulator/open?follower=${id}&url=${target}`);
  await page.waitForURL(`${world.origin}/h5/follows**`);
  await page.close();
  return { id };
}

/** Name and address of every kind of page. */
export async function pages(world, context) {
  await logIn(world, context, createHash("sha1").update(String(Math.random())).digest("hex").slice(0, 8));
  const list = `${world.origin}/h5/list?kind=important_case`;
  const page = await context.newPage();
  await page.goto(list);
  const article = await page.locator(".rows .row").first().getAttribute("href");
  await page.close();
  return [
    ["landing", `${world.origin}/h5/`],
    ["list", list],
    ["search", `${world.origin}/h5/list?kind=legal_document&q=抢劫`],
    ["empty-list", `${world.origin}/h5/list?kind=legal_document&q=没有这样的词语`],
    ["unit-list", `${world.origin}/h5/list?kind=important_case&unit=430000&sub=1`],
    ["publication", new URL(article, world.origin).href],
    ["follows", `${world.origin}/h5/follows`],
    ["follows-search", `${world.origin}/h5/follows?region=430000&q=长沙`],
    ["help", `${world.origin}/h5/help`],
    ["login", `${world.origin}/h5/login/lawyer`],
    ["password-request", `${world.origin}/h5/password-request`],
    ["about-binding", `${world.origin}/h5/about-binding`],
  ];
}
