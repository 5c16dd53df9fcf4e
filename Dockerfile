# papersieve as a command on the current folder:
#   docker build --tag papersieve .
#   docker run --rm --volume "$PWD:/data" --user "$(id -u):$(id -g)" papersieve run dumps
# Dagster's page on http://127.0.0.1:3000, watching data/dumps of the current folder:
#   docker run --rm --volume "$PWD:/data" --user "$(id -u):$(id -g)" --publish 127.0.0.1:3000:3000 \
#     --entrypoint dagster papersieve dev --module-name papersieve.assets --host 0.0.0.0

FROM python:3.11-slim AS build
WORKDIR /source
COPY . .
# The versions of the lock file, of those packages that are needed here.
RUN sed -e '/--hash=/d' -e 's/ *\\$//' requirements.lock > constraints.txt
RUN python -m venv /opt/papersieve
RUN /opt/papersieve/bin/pip install --no-cache-dir --constraint constraints.txt '.[dagster,review,plots]'

FROM python:3.11-slim
COPY --from=build /opt/papersieve /opt/papersieve
# Whoever runs it may have no home: compiled kernels and settings of libraries go where everybody can write.
ENV PATH="/opt/papersieve/bin:$PATH" HOME=/tmp NUMBA_CACHE_DIR=/tmp/numba MPLCONFIGDIR=/tmp/matplotlib
RUN useradd --no-create-home papersieve && mkdir /data && chown papersieve /data
USER papersieve
WORKDIR /data
ENTRYPOINT ["papersieve"]
CMD ["--help"]
