import { statfs } from 'node:fs/promises';

/**
 * Job class `examples.disk_space.diskSpace`: a plain function in JavaScript. It gets the context in front of its
 * arguments, and a static `describe` makes it appear in the list of job classes.
 */
export async function diskSpace(context, path = '/', minimumFreePercent = 5) {
  const { bsize, blocks, bavail } = await statfs(path);
  const freePercent = Math.round((bavail / blocks) * 1000) / 10;
  context.log(`${path}: ${freePercent} % of ${Math.round((blocks * bsize) / 1024 ** 3)} GiB are free`);
  if (freePercent < minimumFreePercent) {
    throw new Error(`Only ${freePercent} % of ${path} are free, less than the minimum of ${minimumFreePercent} %`);
  }
  return { path, freePercent };
}

diskSpace.describe = {
  title: 'Check the free disk space',
  notes: 'Fails when less than the given share of a file system is free.',
  arguments: [
    { name: 'path', type: 'string', description: 'A path on the file system. Default: "/".', required: false },
    { name: 'minimumFreePercent', type: 'number', description: 'Default: 5.', required: false },
  ],
  exampleArguments: ['/', 10],
};
