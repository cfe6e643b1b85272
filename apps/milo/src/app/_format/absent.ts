/**
 * What stands for a moment that has not come. One word whether or not it still may: what the bot does now, which stands
 * beside it, tells that, and a word that changes by itself looks like news.
 */
export const NO_TIME = "Never";
