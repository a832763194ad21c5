// What the tests borrow from Node: any shape will do, they are run, not shipped.
declare module "node:assert/strict";
declare module "node:fs";
declare module "node:test";
declare module "jsdom";
