import { Controller, Get, Options, Param, Post, Req, Res } from '@nestjs/common';
import { ApiParam, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ChaosOperation } from './chaos-operation.decorator.js';

const COLLECTIONS = ['executors', 'plans', 'attacks', 'planners'];
const ITEM_METHODS: Readonly<Record<string, string>> = {
  executors: 'PUT, DELETE, OPTIONS',
  plans: 'GET, HEAD, DELETE, OPTIONS',
};
const Collection = ApiParam({ name: 'collection', enum: COLLECTIONS, example: 'plans' });
const Redirected = ApiResponse({ status: 308, description: 'To the path with the slash, query included.' });

/** What Flask does by itself: the way to the slash, and OPTIONS. */
@Controller('~chaosmonkey')
export class ChaosFlaskMannersController {
  @Get('without/slash/:collection')
  @Collection
  @Redirected
  @ChaosOperation({
    permission: 'jobs:read',
    summary: 'Redirect to a collection',
    description: 'Collections have a slash at their end.',
    msg: '',
  })
  redirect(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    toSlash(request, reply);
  }

  @Post('without/slash/plans')
  @Redirected
  @ChaosOperation({
    permission: 'jobs:write',
    summary: 'Redirect to the plans',
    description: 'Collections have a slash at their end. 308 keeps method and body.',
    msg: '',
  })
  redirectPost(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    toSlash(request, reply);
  }

  @Options(':collection')
  @Collection
  @ChaosOperation({
    permission: 'jobs:read',
    summary: 'Which methods a collection answers',
    description: 'In the header Allow.',
    msg: '',
  })
  ofCollection(@Param('collection') collection: string, @Res() reply: FastifyReply): void {
    allow(reply, collection === 'plans' ? 'GET, HEAD, OPTIONS, POST' : 'GET, HEAD, OPTIONS');
  }

  @Options(':collection/:id')
  @ApiParam({ name: 'collection', enum: Object.keys(ITEM_METHODS), example: 'plans' })
  @ApiParam({ name: 'id', description: 'Any.', example: '6890192d8b6c40e5af16f13aa036c7dc' })
  @ChaosOperation({
    permission: 'jobs:read',
    summary: 'Which methods an item answers',
    description: 'In the header Allow; nobody looks whether there is such an item.',
    msg: '',
  })
  ofItem(@Param('collection') collection: string, @Res() reply: FastifyReply): void {
    allow(reply, ITEM_METHODS[collection] ?? 'OPTIONS');
  }
}

/** Relative, as current releases of werkzeug have it: behind a proxy nobody needs to know the host. */
function toSlash(request: FastifyRequest, reply: FastifyReply): void {
  const [path = '', query] = request.originalUrl.replace(/^https?:\/\/[^/?#]*/i, '').split(/\?(.*)/s);
  void reply
    .removeHeader('content-type')
    .status(308)
    .header('location', `${path}/${query === undefined ? '' : `?${query}`}`)
    .send();
}

function allow(reply: FastifyReply, methods: string): void {
  void reply.removeHeader('content-type').header('allow', methods).send();
}
