import { All, Controller, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../../http/permit.decorator.js';

/** Collections without their final slash: the original redirects them (werkzeug's `strict_slashes`), method and body kept. */
@ApiExcludeController()
@Controller('~pyfarm')
export class PyfarmRedirectController {
  @All('redirect')
  @Access({ permission: null, readsRaw: true })
  redirect(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const [, path = '', query = ''] = /^(?:https?:\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?/i.exec(request.originalUrl) ?? [];
    void reply.status(308).header('location', `${path}/${query}`).send();
  }
}
